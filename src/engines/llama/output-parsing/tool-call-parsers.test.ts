import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ReplyPart } from '../../../completion/reply-part.ts'
import type { Tool } from '../../../completion/tool.ts'
import { type OutputFormat, PLAIN_OUTPUT } from './output-format.ts'
import { OutputParser } from './output-parser.ts'
import { type ToolCallParser, toolsByName, type WrittenCall } from './tool-call-parser.ts'
import { TOOL_CALL_PARSERS } from './tool-call-parsers.ts'

const TOOL: Tool = {
  name: 'act.on_it',
  description: null,
  inputSchema: {
    type: 'object',
    properties: {
      text: { type: 'string' },
      count: { type: 'integer' },
      isOn: { type: 'boolean' },
      list: { type: 'array', items: { type: 'string' } },
      inner: { type: 'object', properties: { text: { type: 'string' } } },
    },
  },
  isStrict: false,
}
const TOOLS = toolsByName([TOOL])
const THINKING = { startTag: '<think>', endTag: '</think>', forcedEnd: '\n</think>\n\n' }

/** Any text but for brackets, with which families mark calls. */
const TEXT = fc.string({ unit: fc.constantFrom(...'ab1 \n\t"\'\\{},:=()&#`ü中😀'), maxLength: 12 })
const CALL: fc.Arbitrary<WrittenCall> = fc
  .record(
    {
      text: TEXT,
      count: fc.integer(),
      isOn: fc.boolean(),
      list: fc.array(TEXT, { minLength: 1, maxLength: 2 }),
      inner: fc.record({ text: TEXT }),
    },
    { requiredKeys: [] },
  )
  .map((input) => ({ name: TOOL.name, input }))

interface Read {
  text: string
  thinking: string
  readonly calls: { name: string; json: string }[]
}

function read(format: OutputFormat, pieces: readonly string[], isCut = false): Read {
  const parser = new OutputParser(format, { start: 'reply', tools: TOOLS })
  const reply: Read = { text: '', thinking: '', calls: [] }
  const add = (part: ReplyPart) => {
    const call = reply.calls.at(-1)
    if (part.type === 'text') reply.text += part.text
    if (part.type === 'thinking') reply.thinking += part.text
    if (part.type === 'tool-call-start') reply.calls.push({ name: part.name, json: '' })
    if (part.type === 'tool-input' && call !== undefined) call.json += part.json
  }
  for (const piece of pieces) parser.push(piece).forEach(add)
  parser.end(isCut).forEach(add)
  return reply
}

function written(parser: ToolCallParser, calls: readonly WrittenCall[]): string {
  return parser.write?.(calls) ?? ''
}

function callsIn({ calls }: Read): WrittenCall[] {
  return calls.map(({ name, json }) => ({ name, input: JSON.parse(json) as WrittenCall['input'] }))
}

function formatOf(calls: ToolCallParser): OutputFormat {
  return { ...PLAIN_OUTPUT, calls, thinking: THINKING }
}

/** All lists of cuts of a text in three pieces. */
function cutsOf(text: string): fc.Arbitrary<readonly string[]> {
  return fc
    .tuple(fc.nat({ max: text.length }), fc.nat({ max: text.length }))
    .map(([one, other]) => [Math.min(one, other), Math.max(one, other)])
    .map(([first = 0, second = 0]) => [text.slice(0, first), text.slice(first, second), text.slice(second)])
}

const ROWS = TOOL_CALL_PARSERS.map((parser) => [parser.name, parser] as const)

describe('TOOL_CALL_PARSERS', () => {
  it('have names of their own', () => {
    expect(new Set(ROWS.map(([name]) => name)).size).toBe(ROWS.length)
  })

  it.each(ROWS)('reads calls of %s as they are written, however they are cut', (_, parser) => {
    fc.assert(
      fc.property(
        CALL.chain((call) => fc.tuple(fc.constant(call), cutsOf(written(parser, [call])))),
        ([call, pieces]) => {
          const reply = read(formatOf(parser), pieces)
          expect(reply.text).toBe('')
          expect(callsIn(reply)).toEqual([call])
        },
      ),
      { numRuns: 60 },
    )
  })

  it.each(ROWS)('reads two calls of %s between texts', (_, parser) => {
    const calls: WrittenCall[] = [
      { name: TOOL.name, input: { text: 'a' } },
      { name: TOOL.name, input: {} },
    ]
    const reply = read(formatOf(parser), [`First.\n\n${written(parser, calls)}`])
    expect(reply.text).toBe('First.')
    expect(callsIn(reply)).toEqual(calls)
  })

  it.each(ROWS)('shows no markup of %s wherever max_tokens cuts a call', (_, parser) => {
    const text = `I look.\n${written(parser, [{ name: TOOL.name, input: { text: 'it', count: 1 } }])}`
    const firstUnit = text.charAt('I look.\n'.length)
    const ends = Array.from(text, (_, index) => index + 1)
    const wholes = ends.map((end) => read(formatOf(parser), [text.slice(0, end)], true))
    // One unit of a tag may be any text.
    const shown = wholes.slice('I look.'.length).map((whole) => whole.text.trimEnd())
    expect(['I look.', `I look.\n${firstUnit}`]).toEqual(expect.arrayContaining([...new Set(shown)]))
    expect(ends.map((end) => read(formatOf(parser), [...text.slice(0, end)], true))).toEqual(wholes)
  })

  it.each(ROWS)(
    'reads a call of %s in thinking that never ends, and none in thinking that does',
    (_, parser) => {
      if (parser.startTags.length === 0 || parser.allowsBareJson) return
      const call = { name: TOOL.name, input: { text: 'it' } }
      const open = `<think>I have to.\n${written(parser, [call])}`
      const closed = `${open}</think>Done.`
      for (const cut of [(text: string) => [text], (text: string) => [...text]]) {
        const unended = read(formatOf(parser), cut(open))
        expect([unended.thinking, unended.text, callsIn(unended)]).toEqual(['I have to.', '', [call]])
        const ended = read(formatOf(parser), cut(closed))
        expect([ended.calls, ended.text]).toEqual([[], 'Done.'])
        expect(ended.thinking).toBe(open.slice('<think>'.length).trim())
      }
    },
  )
})
