import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { codePoint } from '../../../../test/code-point.ts'
import { UpstreamFailure } from '../transport/upstream-failure.ts'
import { MAX_JSON_DEPTH } from './json-limits.ts'
import { MAX_TOOL_INPUT_CHARACTERS, MAX_TOOL_INPUT_MEMBERS, ToolInput } from './tool-input.ts'

/** What goes out of an input that comes in these pieces. */
function read(pieces: readonly string[], isCut = false) {
  const input = new ToolInput('http://u')
  let text = ''
  for (const piece of pieces) text += input.push(piece)
  const isWhole = input.isComplete
  return { text: text + input.end(isCut), isWhole, repair: input.repair }
}

function failureOf(pieces: readonly string[]): UpstreamFailure {
  try {
    read(pieces)
  } catch (error) {
    if (error instanceof UpstreamFailure) return error
  }
  throw new Error('it did not fail')
}

const pieces = (text: string, cuts: readonly number[]) => {
  const ends = [...cuts.map((cut) => cut % (text.length + 1)), text.length].sort((a, b) => a - b)
  return ends.map((end, index) => text.slice(ends[index - 1] ?? 0, end))
}

const anyObject = fc.dictionary(fc.string({ unit: codePoint }), fc.jsonValue({ stringUnit: codePoint }))
const anyCuts = fc.array(fc.nat(), { maxLength: 12 })

describe('ToolInput', () => {
  it('passes any object on as it comes, and sees its end', () => {
    fc.assert(
      fc.property(anyObject, anyCuts, fc.constantFrom(undefined, 1, '\t'), (object, cuts, indent) => {
        const text = JSON.stringify(object, null, indent)
        expect(read(pieces(text, cuts))).toEqual({ text, isWhole: true, repair: null })
      }),
    )
  })

  it('is bounded in depth and in members', () => {
    const nested = (depth: number) => `${'{"a":'.repeat(depth - 1)}{${'}'.repeat(depth)}`
    expect(read([nested(MAX_JSON_DEPTH)]).isWhole).toBe(true)
    expect(failureOf([nested(MAX_JSON_DEPTH + 1)]).kind).toBe('malformed-tool-call')
    const wide = (members: number) => `{"a":[${'0,'.repeat(members)}0]}`
    expect(read([wide(MAX_TOOL_INPUT_MEMBERS - 2)]).isWhole).toBe(true)
    expect(failureOf([wide(MAX_TOOL_INPUT_MEMBERS)]).kind).toBe('malformed-tool-call')
    expect(read([JSON.stringify(wide(MAX_TOOL_INPUT_MEMBERS - 2))]).repair).toBe('unquoted')
    expect(failureOf([JSON.stringify(wide(MAX_TOOL_INPUT_MEMBERS))]).kind).toBe('malformed-tool-call')
    expect(failureOf(['['.repeat(MAX_TOOL_INPUT_CHARACTERS)]).kind).toBe('malformed-tool-call')
  })

  it('sends every piece at once', () => {
    const input = new ToolInput('http://u')
    expect(['\n ', '{"a"', ':"}', '\\"', '"', '}', '\n'].map((piece) => input.push(piece))).toEqual([
      '',
      '{"a"',
      ':"}',
      '\\"',
      '"',
      '}',
      '',
    ])
    expect(input.end(false)).toBe('')
    expect(input.repair).toBeNull()
  })

  it.each([
    ['no input', [], '{}', null],
    ['white space', ['  ', '\n'], '{}', null],
    ['null', ['nu', 'll'], '{}', 'unquoted'],
    ['an object in quotes', ['"{\\"a\\"', ':1}"'], '{"a":1}', 'unquoted'],
    ['a missing bracket', ['{"a":', '{"b":[1'], '{"a":{"b":[1]}}', 'closed'],
    ['a string without an end', ['{"a":"b'], '{"a":"b"}', 'closed'],
    ['a string that ends in an escape', ['{"a":"b\\'], '{"a":"b\\\\"}', 'closed'],
    ['one bracket too many', ['{"a":1}', '}'], '{"a":1}', 'cut-after-its-end'],
    ['words after the end', ['{"a":1} I hope'], '{"a":1}', 'cut-after-its-end'],
  ])('makes an object of %s', (_, given, expected, repair) => {
    const { text, repair: done } = read(given)
    expect(text).toBe(expected)
    expect(done).toBe(repair)
  })

  it.each([
    ['words', ['secret']],
    ['a list', ['[1]']],
    ['a number', ['7']],
    ['a text', ['"secret"']],
    ['single quotes', ["{'secret': 1}"]],
    ['words for values', ['{"secret": None}']],
    ['a field without a value', ['{"secret":']],
    ['a comma at the end', ['{"secret":1,}']],
    ['brackets that do not match', ['{"secret":[1}}']],
  ])('makes nothing of %s, and says no word of it', (_, given) => {
    const failure = failureOf(given)
    expect(failure.kind).toBe('malformed-tool-call')
    expect(failure.isReplicaFault).toBe(false)
    expect(String(failure.stack)).not.toContain('secret')
  })

  it('leaves what was cut short as it is', () => {
    fc.assert(
      fc.property(anyObject, anyCuts, fc.nat(), (object, cuts, length) => {
        const whole = JSON.stringify(object)
        const text = whole.slice(0, length % whole.length)
        expect(read(pieces(text, cuts), true).text).toBe(text)
      }),
    )
    expect(read(['"{\\"a'], true).text).toBe('')
  })

  it('has a bound', () => {
    const input = new ToolInput('http://u')
    input.push('{"a":"')
    input.push('x'.repeat(MAX_TOOL_INPUT_CHARACTERS - 6))
    expect(() => input.push('x')).toThrow(/more than/)
  })
})
