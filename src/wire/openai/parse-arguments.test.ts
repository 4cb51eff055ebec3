import { describe, expect, it } from 'vitest'
import { WorkSlices } from '../../util/work-slices.ts'
import { parseArguments } from './parse-arguments.ts'

function parse(json: string, holdMembers: (members: number) => void = () => undefined) {
  return parseArguments(json, 'messages.0.tool_calls.0', { slices: new WorkSlices(), holdMembers })
}

describe('parseArguments', () => {
  it.each([
    ['', {}],
    [' \n', {}],
    ['{}', {}],
    ['{"city":"Köln","n":[1]}', { city: 'Köln', n: [1] }],
  ])('parses %j', async (json, input) => {
    expect(await parse(json)).toEqual(input)
  })

  it.each(['[]', 'null', '7', '"{}"', '{', '{"a":1}x', '['.repeat(1_000)])('refuses %j', async (json) => {
    await expect(parse(json)).rejects.toMatchObject({
      code: 'invalid-request',
      message: 'messages.0.tool_calls.0: Input should be the JSON of an object',
    })
  })

  it('counts the members as those of the body', async () => {
    let members = 0
    await parse('{"a":[1,2,{"b":[]}]}', (count) => {
      members += count
    })
    expect(members).toBe(6)
    const refuse = () => {
      throw new Error('too many')
    }
    await expect(parse('{"a":1}', refuse)).rejects.toThrow('too many')
  })
})
