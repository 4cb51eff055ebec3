import { describe, expect, it } from 'vitest'
import { refusal } from '../../../../test/refusal.ts'
import { MAX_TOOLS } from '../../body-schema.ts'
import { readResponseTools } from './response-tools.ts'

type Choice = Parameters<typeof readResponseTools>[0]['tool_choice']

const LOOK = { type: 'function', name: 'look', parameters: { type: 'object' } }
const PATCH = { type: 'custom', name: 'patch' }
const SKY = { type: 'namespace', name: 'sky', tools: [{ ...LOOK, name: 'weather' }] }
const SEARCH = { type: 'web_search' }

describe('readResponseTools', () => {
  it('reads functions, custom tools and those of namespaces, without those of OpenAI', () => {
    const { tools, customTools, namespacedNames } = readResponseTools({ tools: [LOOK, SEARCH, PATCH, SKY] })
    expect(tools.map(({ name }) => name)).toEqual(['look', 'patch', 'sky__weather'])
    expect(tools[1]?.inputSchema).toMatchObject({ required: ['input'] })
    expect([...customTools]).toEqual(['patch'])
    expect([...namespacedNames]).toEqual([['sky__weather', { namespace: 'sky', name: 'weather' }]])
  })

  it.each<[Choice, string[], object]>([
    [undefined, ['look', 'patch'], { type: 'auto' }],
    ['none', [], { type: 'auto' }],
    ['required', ['look', 'patch'], { type: 'any' }],
    [{ type: 'custom', name: 'patch' }, ['look', 'patch'], { type: 'tool', name: 'patch' }],
    [{ type: 'allowed_tools', mode: 'auto', tools: [LOOK] }, ['look'], { type: 'auto' }],
    [{ type: 'allowed_tools', mode: 'required', tools: [LOOK] }, ['look'], { type: 'any' }],
  ])('reads the choice %j', (choice, names, toolChoice) => {
    const read = readResponseTools({ tools: [LOOK, PATCH], tool_choice: choice })
    expect(read.tools.map(({ name }) => name)).toEqual(names)
    expect(read.toolChoice).toEqual(toolChoice)
  })

  it('chooses freely where a tool is required and none is left', () => {
    expect(readResponseTools({ tools: [SEARCH], tool_choice: 'required' })).toMatchObject({
      tools: [],
      toolChoice: { type: 'auto' },
    })
  })

  it.each([
    [{ type: 'function', name: 'gone' }, "tool_choice: there is no tool named 'gone'"],
    [{ type: 'web_search' }, "tool_choice: tools of the type 'web_search' do not run on this server"],
  ])('refuses the choice %j', (choice, message) => {
    expect(() => readResponseTools({ tools: [LOOK], tool_choice: choice })).toThrow(refusal(message))
  })

  it('refuses a name that two tools share', () => {
    const twice = { tools: [{ ...LOOK, name: 'sky__weather' }, SKY] }
    expect(() => readResponseTools(twice)).toThrow(refusal('tools: Tool names must be unique.'))
  })

  it('counts the tools within namespaces', () => {
    const inner = Array.from({ length: MAX_TOOLS }, (_, index) => ({ ...LOOK, name: `t${index}` }))
    const tools = [{ ...SKY, tools: inner }]
    expect(readResponseTools({ tools }).tools).toHaveLength(MAX_TOOLS)
    expect(() => readResponseTools({ tools: [...tools, LOOK] })).toThrow(
      refusal(`tools: List should have at most ${MAX_TOOLS} items`),
    )
  })
})
