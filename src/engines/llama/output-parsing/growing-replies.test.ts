import { describe, it } from 'vitest'
import { expectLinearCost } from '../../../../test/cost-growth.ts'
import { HARMONY } from './message-format.ts'
import { HARMONY_TOOL_CALLS } from './message-tool-calls.ts'
import { type OutputFormat, PLAIN_OUTPUT } from './output-format.ts'
import { OutputParser } from './output-parser.ts'
import { toolsByName } from './tool-call-parser.ts'
import { TOOL_CALL_PARSERS } from './tool-call-parsers.ts'

const TOOLS = toolsByName([
  { name: 'act', description: null, inputSchema: { type: 'object' }, isStrict: false },
])
const THINKING = { startTag: '<think>', endTag: '</think>', forcedEnd: '\n</think>\n\n' }
/** As many units as a token has. */
const PIECE_UNITS = 4

/** Texts that are tried as calls again and again, and texts that are held back. */
const REPLIES: readonly (readonly [name: string, reply: (tag: string, size: number) => string])[] = [
  ['start tags', (tag, size) => tag.repeat(size)],
  ['calls that are none', (tag, size) => `${tag}{"name": "other", "a": "`.repeat(size)],
  ['an open call in each call', (tag, size) => `${tag}{"name": "act", "arguments": {"a": "`.repeat(size)],
  ['start tags in thinking', (tag, size) => `<think>${tag}{"x": "`.repeat(size)],
  [
    'a call in thinking that never ends',
    (tag, size) => `<think>${tag}{"name": "act"}${' word'.repeat(size)}`,
  ],
  [
    'thinking after a call',
    (tag, size) => `<think>${tag}{"name": "act"}${' word'.repeat(size)}</think>Done.`,
  ],
  ['functions in functions', (tag, size) => `${tag}${'{"function": '.repeat(size)}`],
  ['bare objects', (_, size) => '{"name": "act" '.repeat(size)],
  ['brackets', (_, size) => '<[{"('.repeat(size)],
  ['white space', (tag, size) => `${' \n'.repeat(size)}${tag}`],
]

const FORMATS: readonly OutputFormat[] = [
  ...TOOL_CALL_PARSERS.map((calls) => ({ ...PLAIN_OUTPUT, calls, thinking: THINKING })),
  { ...PLAIN_OUTPUT, calls: HARMONY_TOOL_CALLS, messages: HARMONY },
]

function parse(format: OutputFormat, reply: string): void {
  for (const isCut of [false, true]) {
    const parser = new OutputParser(format, { start: 'reply', tools: TOOLS })
    for (let at = 0; at < reply.length; at += PIECE_UNITS) parser.push(reply.slice(at, at + PIECE_UNITS))
    parser.end(isCut)
  }
}

describe('OutputParser', () => {
  it.each(REPLIES)('takes time in proportion to %s', async (_, reply) => {
    const make = (size: number) =>
      FORMATS.map((format) => ({ format, text: reply(format.calls?.startTags[0] ?? '', size) }))
    const run = (replies: ReturnType<typeof make>) => {
      for (const { format, text } of replies) parse(format, text)
    }
    await expectLinearCost({ make, run }, 200)
  })
})
