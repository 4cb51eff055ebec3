import { describe, expect, it } from 'vitest'
import type { JsonObject } from '../../../util/json-object.ts'
import { GrammarRules } from './grammar-rules.ts'
import { MAX_SCHEMA_STEPS, SchemaBudget } from './schema-budget.ts'
import { SchemaError } from './schema-error.ts'
import { SchemaGrammar } from './schema-grammar.ts'

/** The steps that a schema takes; infinite for one that is refused. */
function stepsOf(schema: JsonObject, limit = Number.MAX_SAFE_INTEGER): number {
  const rules = new GrammarRules(new SchemaBudget(limit))
  try {
    rules.text(new SchemaGrammar(rules, schema, { isStrict: false }).valueRule(schema))
  } catch (error) {
    expect(error).toBeInstanceOf(SchemaError)
    return Number.POSITIVE_INFINITY
  }
  return limit - rules.budget.stepsLeft
}

const times = <Item>(count: number, item: (index: number) => Item): Item[] =>
  Array.from({ length: count }, (_, index) => item(index))
const members = (count: number, member: (index: number) => unknown): JsonObject =>
  Object.fromEntries(times(count, (index) => [`k${index}`, member(index)]))
const chain = (count: number, next: (reference: string) => JsonObject): JsonObject => ({
  $ref: '#/$defs/k0',
  $defs: members(count, (index) =>
    index === count - 1 ? { type: 'string' } : next(`#/$defs/k${index + 1}`),
  ),
})

/** Every field that may be long, as long as is asked for. */
const FIELDS: Readonly<Record<string, (size: number) => JsonObject>> = {
  properties: (size) => ({ properties: members(size, () => ({ type: 'string' })) }),
  required: (size) => ({ required: times(size, (index) => `k${index}`) }),
  'required beside properties': (size) => ({
    properties: members(size, () => true),
    required: times(size, (index) => `r${index}`),
  }),
  'one long name': (size) => ({ properties: { ['k'.repeat(64 * size)]: true } }),
  enum: (size) => ({ enum: times(size, (index) => `value ${index}`) }),
  'one long value': (size) => ({ enum: ['v'.repeat(64 * size)] }),
  const: (size) => ({ const: times(size, (index) => [index]) }),
  type: (size) => ({ type: times(size, (index) => `t${index}`) }),
  'types that are merged': (size) => ({
    allOf: times(size, () => ({ type: ['string', 'number', 'object'] })),
  }),
  pattern: (size) => ({ pattern: 'a[bc]'.repeat(size) }),
  'a class in a pattern': (size) => ({ pattern: `[${'ab-z'.repeat(size)}]` }),
  prefixItems: (size) => ({ prefixItems: times(size, (index) => ({ const: index })) }),
  anyOf: (size) => ({ anyOf: times(size, (index) => ({ required: [`k${index}`] })) }),
  'allOf of different properties': (size) => ({
    allOf: times(size, (index) => ({ properties: { [`k${index}`]: {} }, required: [`k${index}`] })),
  }),
  'allOf of one property': (size) => ({
    allOf: times(size, (index) => ({ properties: { k: { properties: { [`k${index}`]: {} } } } })),
  }),
  'allOf of items': (size) => ({ allOf: times(size, (index) => ({ items: { required: [`k${index}`] } })) }),
  'allOf of lists': (size) => ({
    allOf: times(size, (index) => ({ enum: [...times(3, (value) => value), `v${index}`] })),
  }),
  'allOf of anyOf of one': (size) => ({
    allOf: times(size, (index) => ({ anyOf: [{ required: [`k${index}`] }] })),
  }),
  'two anyOf': (size) => ({
    allOf: times(2, (list) => ({
      anyOf: times(Math.ceil(Math.sqrt(size)), (index) => ({ required: [`k${list}_${index}`] })),
    })),
  }),
  'references one after another': (size) => chain(size, (reference) => ({ $ref: reference })),
  'references in allOf': (size) => chain(size, (reference) => ({ allOf: [{ $ref: reference }] })),
  'references with something beside them': (size) =>
    chain(size, (reference) => ({ $ref: reference, minLength: 1 })),
  'references one after another at each depth': (size) =>
    chain(size, (reference) =>
      reference.endsWith('00') ? { properties: { a: { $ref: reference } } } : { $ref: reference },
    ),
  'references side by side': (size) => ({
    allOf: times(size, () => ({ $ref: '#/$defs/a' })),
    $defs: { a: { enum: ['x', 'y'] } },
  }),
  'a long reference': (size) => ({ $ref: `#/${'a/'.repeat(32 * size)}` }),
  patternProperties: (size) => ({
    patternProperties: members(size, () => ({ type: 'null' })),
    type: 'object',
  }),
  'items of a tuple': (size) => ({ items: times(size, (index) => ({ const: index })) }),
  'listed values beside ends': (size) => ({ enum: times(size, (index) => index), minimum: 3, maxLength: 2 }),
  'parts without other properties': (size) => ({
    allOf: [
      { properties: members(size, () => ({ type: 'null' })), additionalProperties: false },
      { properties: members(size, () => true), additionalProperties: { minLength: 1 } },
    ],
  }),
  'words that say nothing': (size) => ({ ...members(size, () => 1), anyOf: [{ type: 'string' }, true] }),
}

/** Fields on which only a strict schema takes time. */
const STRICT_FIELDS: Readonly<Record<string, (size: number) => JsonObject>> = {
  'oneOf of listed values': (size) => ({ oneOf: times(size, (index) => ({ const: index })) }),
  'oneOf of required properties': (size) => ({
    oneOf: times(size, (index) => ({ type: 'object', required: [`k${index}`] })),
  }),
  'oneOf of a property': (size) => ({
    oneOf: times(size, (index) => ({
      type: 'object',
      properties: { kind: { const: index } },
      required: ['kind'],
    })),
  }),
  'two long lists in oneOf': (size) => ({
    oneOf: times(2, (list) => ({ enum: times(size, (index) => list * size + index) })),
  }),
  'unknown keywords': (size) => ({ ...members(size, () => 1), type: 'string' }),
}

describe('SchemaBudget', () => {
  it.each(Object.entries(STRICT_FIELDS))(
    'refuses a strict schema that is far too long: %s',
    (_, schemaOf) => {
      const rules = new GrammarRules()
      const schema = schemaOf(20_000)
      expect(() => new SchemaGrammar(rules, schema, { isStrict: true }).valueRule(schema)).toThrow(
        'Schema is too complex',
      )
      const few = schemaOf(20)
      expect(() =>
        new SchemaGrammar(new GrammarRules(), few, { isStrict: true }).valueRule(few),
      ).not.toThrow()
    },
  )

  it.each(Object.entries(FIELDS))('spends steps in proportion to the schema: %s', (_, schemaOf) => {
    for (const size of [24, 48, 96]) {
      const [once, twice] = [stepsOf(schemaOf(size)), stepsOf(schemaOf(2 * size))]
      expect(once).toBeGreaterThan(0)
      expect(twice).toBeLessThan(Number.POSITIVE_INFINITY)
      expect(twice).toBeLessThanOrEqual(2.5 * once)
    }
  })

  it.each(Object.entries(FIELDS))('refuses a schema that is far too long: %s', (_, schemaOf) => {
    const rules = new GrammarRules()
    const schema = schemaOf(20_000)
    try {
      new SchemaGrammar(rules, schema, { isStrict: false }).valueRule(schema)
    } catch (error) {
      expect(error).toMatchObject({ name: 'SchemaError', message: 'Schema is too complex' })
    }
  })

  it.each([
    [60, 5],
    [1000, 20],
    [2, 40],
  ])('refuses alternatives of %s in %s lists before they are multiplied out', (choices, lists) => {
    const list = { anyOf: times(choices, () => ({})) }
    const written = { allOf: times(lists, () => list) }
    const referred = { allOf: times(lists, () => ({ $ref: '#/$defs/list' })), $defs: { list } }
    for (const schema of [written, referred]) {
      expect(stepsOf(schema, MAX_SCHEMA_STEPS)).toBe(Number.POSITIVE_INFINITY)
    }
  })

  it('is shared by all schemas of the same rules', () => {
    const rules = new GrammarRules(new SchemaBudget(1000))
    const ruleOf = (index: number) => {
      const schema = { enum: times(100, (value) => `${index} ${value}`) }
      return () => new SchemaGrammar(rules, schema, { isStrict: false }).valueRule(schema)
    }
    for (const index of [0, 1, 2]) expect(ruleOf(index)).not.toThrow()
    const further = times(10, (index) => ruleOf(index + 3))
    expect(() => {
      for (const rule of further) rule()
    }).toThrow('Schema is too complex')
    expect(rules.budget.isExhausted).toBe(true)
  })
})
