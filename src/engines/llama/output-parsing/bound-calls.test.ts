import { Ajv2020 } from 'ajv/dist/2020.js'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { accepts, grammarAutomaton, someText } from '../../../../test/schema-matcher.ts'
import type { Tool } from '../../../completion/tool.ts'
import type { JsonObject } from '../../../util/json-object.ts'
import { GrammarRules } from '../grammar/grammar-rules.ts'
import { PLAIN_OUTPUT } from './output-format.ts'
import { OutputParser } from './output-parser.ts'
import { parameterJson, parameterTypes } from './parameter-value.ts'
import { type ToolCallParser, toolsByName } from './tool-call-parser.ts'
import { TOOL_CALL_PARSERS } from './tool-call-parsers.ts'
import { toolCallRule } from './tool-call-rules.ts'

const SCHEMA: JsonObject = {
  type: 'object',
  properties: {
    code: { type: 'string', maxLength: 40 },
    line: { type: 'string', pattern: '^[^x]{1,30}$' },
    unit: { enum: ['<C>', 'F\n'] },
    note: { allOf: [{ $ref: '#/$defs/text' }, { minLength: 2 }] },
    other: { type: ['string', 'null'], maxLength: 30 },
    count: { type: 'integer', minimum: 3 },
  },
  required: ['code'],
  additionalProperties: false,
  $defs: { text: { type: 'string', maxLength: 30 } },
}
const TOOL: Tool = { name: 'act', description: null, inputSchema: SCHEMA, isStrict: true }

function automatonOf(parser: ToolCallParser, tool: Tool) {
  const rules = new GrammarRules()
  return grammarAutomaton(
    rules.text(parser.sectionRule(rules, { calls: [toolCallRule(rules, tool)], allowsSeveral: false })),
  )
}

/** The input of the one call that a text is; null where it is none. */
function inputOf(parser: ToolCallParser, tool: Tool, text: string): unknown {
  const format = { ...PLAIN_OUTPUT, calls: parser }
  const output = new OutputParser(format, { start: 'reply', tools: toolsByName([tool]) })
  const parts = [...output.push(text), ...output.end(false)]
  if (parts.filter(({ type }) => type === 'tool-call-start').length !== 1) return null
  return JSON.parse(parts.map((part) => (part.type === 'tool-input' ? part.json : '')).join(''))
}

const UNITS = fc.constantFrom(
  '<',
  '</',
  '>',
  '\n',
  '\t',
  '"',
  '\\',
  'a',
  '/',
  '</parameter',
  '</p>',
  'é',
  '😀',
  '\r',
)
const TEXT = fc
  .array(UNITS, { minLength: 2, maxLength: 9 })
  .map((units) => units.join('').replaceAll('x', ''))
/** Formats without quotes may write null as nothing. */
const UNQUOTED = TEXT.map((text) => text.replaceAll('"', '')).filter((text) => text !== '')
const families = TOOL_CALL_PARSERS.filter(({ write }) => write !== null).map(
  (parser) => [parser.name, parser] as const,
)

describe('a bound call', () => {
  it.each(families)('of %s may hold any string that its format can write', (_, parser) => {
    const automaton = automatonOf(parser, TOOL)
    fc.assert(
      fc.property(TEXT, TEXT, fc.option(UNQUOTED), (code, line, other) => {
        const input = {
          code,
          line: [...line].slice(0, 30).join(''),
          unit: 'F\n',
          note: code.slice(0, 30),
          other,
        }
        const text = parser.write?.([{ name: 'act', input }]) ?? ''
        const isAccepted = accepts(automaton, text)
        // Formats without escapes cannot write their own tags, nor a string or null that looks like JSON.
        if (isAccepted) expect(inputOf(parser, TOOL, text)).toEqual(input)
      }),
      { numRuns: 60 },
    )
  })

  it.each(families)('of %s is read as values that fit the schema', (_, parser) => {
    const automaton = automatonOf(parser, TOOL)
    const validate = new Ajv2020({ strict: false }).compile(SCHEMA)
    fc.assert(
      fc.property(fc.array(fc.nat(), { minLength: 60, maxLength: 60 }), (choices) => {
        let at = 0
        const text = someText(automaton, () => choices[at++ % choices.length] ?? 0, 1500)
        if (text === null) return
        const input = inputOf(parser, TOOL, text)
        expect([text, input, validate(input)]).toEqual([text, input, true])
      }),
      { numRuns: 60 },
    )
  })

  it.each(families.filter(([name]) => /coder|glm|minimax|seed|dsml/.test(name)))(
    'of %s holds newlines, tabs and < in strings with a length or a pattern',
    (_, parser) => {
      const automaton = automatonOf(parser, TOOL)
      const input = {
        code: 'if (a < b) {\n\treturn "<b>x</b>"\n}',
        line: 'a <b>\n\tc</b>',
        unit: '<C>',
        note: '<<\n',
      }
      const text = parser.write?.([{ name: 'act', input }]) ?? ''
      expect(accepts(automaton, text)).toBe(true)
      expect(inputOf(parser, TOOL, text)).toEqual(input)
      const long = parser.write?.([{ name: 'act', input: { ...input, code: '<'.repeat(41) } }]) ?? ''
      expect(accepts(automaton, long)).toBe(false)
    },
  )
})

describe('parameterJson', () => {
  it.each<[JsonObject, string, string]>([
    [{ type: ['string', 'null'] }, '12345', '"12345"'],
    [{ anyOf: [{ type: 'string' }, { type: 'null' }] }, '12345', '"12345"'],
    [{ anyOf: [{ $ref: '#/$defs/text' }, { type: 'null' }] }, '007', '"007"'],
    [{ anyOf: [{ anyOf: [{ type: 'string' }, { const: 'x' }] }, { type: 'null' }] }, '1e3', '"1e3"'],
    [{ allOf: [{ $ref: '#/$defs/text' }], nullable: true, type: ['string', 'null'] }, 'true', '"true"'],
    [{ enum: ['1', null] }, '1', '"1"'],
    [{ type: ['string', 'null'] }, 'null', 'null'],
    [{ type: ['string', 'integer'] }, '12', '12'],
    [{ type: 'integer' }, '12345678901234567890123', '12345678901234567890123'],
    [
      {},
      '{"id": 12345678901234567890, "x": [0.10000000000000000001]}',
      '{"id":12345678901234567890,"x":[0.10000000000000000001]}',
    ],
  ])('of %j keeps %s as it is', (schema, text, json) => {
    const inputSchema = { type: 'object', properties: { a: schema }, $defs: { text: { type: 'string' } } }
    expect(parameterJson(text, parameterTypes(inputSchema, 'a'))).toBe(json)
  })
})
