import { describe, expect, it } from 'vitest'
import { matchGrammars } from '../../../../test/match-grammars.ts'
import { GrammarRules } from '../grammar/grammar-rules.ts'
import { PLAIN_OUTPUT } from './output-format.ts'
import { OutputParser } from './output-parser.ts'
import { toolsByName } from './tool-call-parser.ts'
import { TOOL_CALL_PARSERS } from './tool-call-parsers.ts'
import { toolCallRule } from './tool-call-rules.ts'

const CLOSED = { type: 'object', properties: { a: { type: 'integer' } }, additionalProperties: false }
const $defs = {
  int: { type: 'integer' },
  text: { type: 'string' },
  note: { type: ['string', 'null'] },
  object: CLOSED,
  list: { type: 'array', items: { type: 'integer' } },
}
const LETTERS = { type: 'string', pattern: '^a+$' }

/** Strict schemas, values that fit them, and values that do not. */
const SCHEMAS: [schema: object, fitting: unknown[], others: unknown[]][] = [
  [{ type: 'integer', enum: [1, 'a', 2] }, [1, 2], ['a', 3]],
  [{ type: ['string', 'null'], enum: ['a', null, 1] }, ['a', null], [1]],
  [{ type: ['object', 'integer'], enum: [{ a: 1 }, 2, 'a'] }, [{ a: 1 }, 2], ['a', { a: 2 }]],
  [{ enum: [1, 2, 3], minimum: 2 }, [2, 3], [1]],
  [{ enum: ['a', 'bb', 3], minLength: 2 }, ['bb', 3], ['a']],
  [{ const: 1, enum: [1, 2] }, [1], [2]],
  [{ const: { a: 1 } }, [{ a: 1 }], [{ a: 2 }, 1]],
  [{ type: 'boolean', const: true }, [true], [false]],
  [{ type: 'string', const: 'a', maxLength: 3 }, ['a'], ['b']],
  [{ oneOf: [{ const: 'a' }, { const: 'b' }, { type: 'integer', maximum: 3 }] }, ['a', 'b', 3], ['c', 4]],
  [LETTERS, ['aa'], ['b', '']],
  [{ pattern: '^a$' }, ['a'], ['b']],
  [{ type: 'string', minLength: 2, maxLength: 3 }, ['ab', 'abc'], ['a', 'abcd']],
  [{ type: 'string', format: 'date' }, ['2024-01-31'], ['x', '2024-13-01']],
  [{ minimum: 3 }, [4], [2]],
  [{ type: 'number', exclusiveMinimum: 0, maximum: 1 }, [0.5], [0, 2]],
  [{ ...LETTERS, nullable: true }, ['aa', null], ['b', 'null']],
  [{ ...LETTERS, type: ['string', 'null'] }, ['aa', null], ['b', 'null']],
  [{ type: 'integer', nullable: true, maximum: 4 }, [1, null], [5]],
  [{ ...CLOSED, nullable: true, required: ['a'] }, [{ a: 1 }], [{}, { a: 'x' }]],
  [{ ...$defs.list, nullable: true, minItems: 1 }, [[1]], [['x']]],
  [{ type: 'integer', anyOf: [{ minimum: 5 }, { maximum: 1 }] }, [6, 0], [3]],
  [{ maximum: 8, anyOf: [{ type: 'integer' }, { type: 'null' }] }, [6, null], [9]],
  [{ maxLength: 2, anyOf: [{ type: 'string' }, { type: 'null' }] }, ['ab', null], ['abc']],
  [{ $ref: '#/$defs/int', maximum: 5 }, [4], [6]],
  [{ $ref: '#/$defs/text', maxLength: 2 }, ['ab'], ['abc']],
  [{ $ref: '#/$defs/note', maxLength: 2 }, ['ab', null], ['abc']],
  [{ allOf: [{ type: 'integer' }, { maximum: 3 }] }, [3], [4]],
  [{ allOf: [{ $ref: '#/$defs/object' }], description: 'An object.' }, [{ a: 1 }, {}], [{ a: 'x' }]],
  [{ items: { type: 'integer' } }, [[1]], [['x']]],
  [{ maxItems: 1 }, [[1]], [[1, 2]]],
  [{ required: ['a'] }, [{ a: 1 }], [{}]],
  [{ additionalProperties: false }, [{}], [{ a: 1 }]],
]

/** What only a rule for JSON could enforce. */
const REFUSED = [
  { ...CLOSED, anyOf: [{ required: ['a'] }] },
  { ...CLOSED, oneOf: [{ required: ['a'] }] },
  { $ref: '#/$defs/object', required: ['a'] },
  { $ref: '#/$defs/list', maxItems: 1 },
  { additionalProperties: { type: 'integer' } },
]

describe.each(['gemma', 'minimax-m3'])('strict values in the notation of %s', (name) => {
  const calls = TOOL_CALL_PARSERS.find((one) => one.name === name)
  const toolOf = (schema: object) => {
    const inputSchema = { $defs, properties: { v: schema }, required: ['v'], additionalProperties: false }
    return { name: 'stop', description: null, isStrict: true, inputSchema }
  }
  const grammarOf = (schema: object) => {
    const rules = new GrammarRules()
    const call = toolCallRule(rules, toolOf(schema))
    return rules.text(calls?.sectionRule(rules, { calls: [call], allowsSeveral: false }) ?? '')
  }
  const textOf = (v: unknown) => calls?.write?.([{ name: 'stop', input: { v } }]) ?? ''
  // Without quotes, these letters are null.
  const isApart = (v: unknown) => name === 'gemma' || v !== 'null'
  const rows = SCHEMAS.map(([schema, fitting, others]) => {
    return { schema, fitting, values: [...fitting, ...others.filter(isApart)] }
  })
  const matched = matchGrammars(
    rows.map(({ schema, values }) => ({ grammar: grammarOf(schema), texts: values.map(textOf) })),
  )

  it.each(rows.map((row, at) => [JSON.stringify(row.schema), row, at] as const))(
    'fit %s, and are read as they were written',
    (_, { schema, fitting, values }, at) => {
      expect(values.filter((_value, index) => matched[at]?.[index])).toEqual(fitting)
      const tools = toolsByName([toolOf(schema)])
      const read = fitting.map((value) => {
        const parser = new OutputParser({ ...PLAIN_OUTPUT, calls: calls ?? null }, { start: 'reply', tools })
        const parts = [...parser.push(textOf(value)), ...parser.end(false)]
        return JSON.parse(parts.map((part) => (part.type === 'tool-input' ? part.json : '')).join(''))
      })
      expect(read).toEqual(fitting.map((v) => ({ v })))
    },
  )

  it.each(REFUSED.map((schema) => [JSON.stringify(schema), schema] as const))('refuse %s', (_, schema) => {
    expect(() => grammarOf(schema)).toThrow('supported')
  })
})
