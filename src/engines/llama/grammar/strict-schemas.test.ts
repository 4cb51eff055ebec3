import { Ajv2020 } from 'ajv/dist/2020.js'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { accepts, schemaAutomaton, someText } from '../../../../test/schema-matcher.ts'
import type { JsonObject } from '../../../util/json-object.ts'
import { SchemaError } from './schema-error.ts'

const names = fc.constantFrom('a', 'b', 'c"', 'd\\', '$ref', 'é')
const small = fc.integer({ min: 0, max: 4 })
const ends = fc.oneof(fc.integer({ min: -20, max: 20 }), fc.constantFrom(0.5, -1.25, 7.75))

/** Schemas with keywords of all kinds, most of them sensible. */
const { schema: schemas } = fc.letrec<{ schema: JsonObject | boolean }>((tie) => {
  const some = (keywords: Record<string, fc.Arbitrary<unknown>>) => fc.record(keywords, { requiredKeys: [] })
  const object = some({
    properties: fc.dictionary(names, tie('schema'), { maxKeys: 3 }),
    required: fc.uniqueArray(names, { maxLength: 2 }),
    additionalProperties: tie('schema'),
    minProperties: small,
    maxProperties: small,
    unevaluatedProperties: fc.boolean(),
  })
  const array = some({
    items: tie('schema'),
    prefixItems: fc.array(tie('schema'), { minLength: 1, maxLength: 2 }),
    minItems: small,
    maxItems: small,
    uniqueItems: fc.boolean(),
  })
  const text = some({
    minLength: small,
    maxLength: small,
    pattern: fc.constantFrom('^a+$', 'b', '^[^"]{1,3}$', '\\d{2}', '^x|y$'),
  })
  const number = some({ minimum: ends, maximum: ends, exclusiveMinimum: ends, exclusiveMaximum: ends })
  const types = fc.constantFrom('object', 'array', 'string', 'number', 'integer', 'boolean', 'null')
  const type = fc.oneof(types, fc.uniqueArray(types, { minLength: 1, maxLength: 3 }))
  const list = fc.array(tie('schema'), { minLength: 1, maxLength: 3 })
  const combined = some({
    anyOf: list,
    oneOf: list,
    allOf: list,
    not: tie('schema'),
    $ref: fc.constantFrom('#', '#/$defs/x'),
  })
  const listed = some({
    enum: fc.array(fc.constantFrom(1, 2.5, 'a', 'abc', null, true, [1], { a: 1 }), {
      minLength: 1,
      maxLength: 3,
    }),
    const: fc.constantFrom(1, 'abc', null),
  })
  const parts = fc.tuple(
    fc.option(type, { freq: 3 }),
    fc.oneof(object, array, text, number, listed),
    fc.oneof(
      { weight: 3, arbitrary: fc.constant({}) },
      { weight: 1, arbitrary: fc.oneof(object, combined, number) },
    ),
  )
  return {
    schema: fc.oneof(
      { depthSize: 'small' },
      { weight: 1, arbitrary: fc.boolean() },
      {
        weight: 6,
        arbitrary: parts.map(([type, one, other]) => ({
          ...(type === null ? {} : { type }),
          ...one,
          ...other,
        })),
      },
    ),
  }
})

const roots = fc.tuple(schemas, schemas).filter(([root]) => typeof root === 'object') as fc.Arbitrary<
  [JsonObject, JsonObject | boolean]
>

/** An automaton for a strict schema; null where it is refused. */
function automatonOf(schema: JsonObject) {
  try {
    return schemaAutomaton(schema, true)
  } catch (error) {
    expect(error).toBeInstanceOf(SchemaError)
    return null
  }
}

describe('a strict schema', () => {
  it('allows only values that fit it, as another validator sees it', () => {
    let checked = 0
    fc.assert(
      fc.property(
        roots,
        fc.array(fc.nat(), { minLength: 40, maxLength: 40 }),
        ([root, definition], choices) => {
          const schema = { ...root, $defs: { x: definition } }
          const automaton = automatonOf(schema)
          if (automaton === null) return
          const validate = new Ajv2020({ strict: false, validateSchema: false, logger: false }).compile(
            schema,
          )
          let at = 0
          for (let round = 0; round < 4; round++) {
            const text = someText(automaton, () => choices[at++ % choices.length] ?? 0, 200)
            if (text === null) continue
            checked++
            expect([schema, text, validate(JSON.parse(text))]).toEqual([schema, text, true])
          }
        },
      ),
      { numRuns: 400 },
    )
    expect(checked).toBeGreaterThan(100)
  })

  it.each<[JsonObject]>([
    [{ type: 'object', dependencies: {}, minProperties: 0, propertyNames: true, patternProperties: {} }],
    [{ type: 'array', uniqueItems: false, minLength: 3, not: false }],
    [{ type: 'integer', multipleOf: 1, if: {}, format: 'int32', 'x-order': 3 }],
    [{ type: 'object', properties: { a: {} }, maxProperties: 1 }],
  ])('may say what constrains nothing: %j', (schema) => {
    expect(() => schemaAutomaton(schema, true)).not.toThrow()
  })

  it.each<[string, JsonObject, string]>([
    ['dependencies is not supported', { type: 'object', dependencies: { a: ['b'] } }, '#'],
    ['dependentRequired is not supported', { type: 'object', dependentRequired: { a: ['b'] } }, '#'],
    [
      'dependentSchemas is not supported',
      { type: 'object', dependentSchemas: { a: { required: ['b'] } } },
      '#',
    ],
    ['unevaluatedItems is not supported', { items: { type: 'array', unevaluatedItems: false } }, '#/items'],
    ['$dynamicRef is not supported', { items: { $dynamicRef: '#x' } }, '#/items'],
    ['$recursiveRef is not supported', { properties: { a: { $recursiveRef: '#' } } }, '#/properties/a'],
    [
      'not is not supported',
      { properties: { a: { type: 'string', not: { const: 'x' } } } },
      '#/properties/a',
    ],
    ['if is not supported', { type: 'object', if: { required: ['a'] }, else: { required: ['b'] } }, '#'],
    ['contains is not supported', { type: 'array', contains: { const: 1 } }, '#'],
    ['propertyNames is not supported', { type: 'object', propertyNames: { maxLength: 3 } }, '#'],
    [
      'uniqueItems is not supported',
      { prefixItems: [{ type: 'array', uniqueItems: true }] },
      '#/prefixItems/0',
    ],
    [
      'multipleOf is not supported',
      { additionalProperties: { type: 'number', multipleOf: 0.5 } },
      '#/additionalProperties',
    ],
    ['no value fits it', { enum: [] }, '#'],
    ['no value fits it', { type: 'string', enum: [1, 2] }, '#'],
    ['no value fits it', { const: 1, enum: [2] }, '#'],
    ['no value fits it', { properties: { a: { allOf: [{ type: 'string' }, false] } } }, '#/properties/a'],
    ['no value fits it', { type: 'array', minItems: 3, maxItems: 2 }, '#'],
    ['no value fits it', { type: 'object', properties: { a: false }, required: ['a'] }, '#/properties/a'],
    ['pattern is not supported beside listed values', { enum: ['a'], pattern: 'b' }, '#'],
    [
      'an allOf has two values of pattern, which is not supported',
      { allOf: [{ pattern: 'a' }, { pattern: 'b' }] },
      '#',
    ],
    [
      'an allOf has two values of format, which is not supported',
      { allOf: [{ format: 'date' }, { format: 'time' }] },
      '#',
    ],
    [
      'an allOf has two values of type, which is not supported',
      { allOf: [{ type: 'string' }, { type: 'null' }] },
      '#',
    ],
    ['this maxLength is not supported', { type: 'string', pattern: 'a', maxLength: 3 }, '#'],
    ['this format is not supported', { type: 'string', format: 'iri' }, '#'],
    ['minLength is not what a JSON schema may say', { type: 'string', minLength: '3' }, '#'],
    ['required is not what a JSON schema may say', { type: 'object', required: 'a' }, '#'],
    [
      'oneOf is supported only for schemas that differ in type or in required properties',
      { oneOf: [{ type: 'integer' }, { type: 'number' }] },
      '#',
    ],
  ])('is refused where %s', (message, schema, path) => {
    expect(() => schemaAutomaton(schema, true)).toThrow(expect.objectContaining({ message, path }))
    expect(() => schemaAutomaton(schema, false)).not.toThrow()
  })

  it.each<[string, JsonObject, string[], string[]]>([
    [
      'closed by unevaluatedProperties',
      { type: 'object', allOf: [{ properties: { a: { type: 'string' } } }], unevaluatedProperties: false },
      ['{"a":"x"}', '{}'],
      ['{"b":1}'],
    ],
    [
      'a part that allows no other properties',
      { allOf: [{ properties: { a: {} }, additionalProperties: false }, { properties: { b: {} } }] },
      ['{"a":1}', '{}'],
      ['{"b":1}', '{"a":1,"b":1}'],
    ],
    [
      'alternatives that a listed property tells apart',
      {
        oneOf: [
          {
            type: 'object',
            properties: { kind: { const: 'a' }, x: { type: 'integer' } },
            required: ['kind'],
          },
          { type: 'object', properties: { kind: { enum: ['b', 'c'] } }, required: ['kind'] },
        ],
      },
      ['{"kind":"a","x":1}', '{"kind":"c"}'],
      ['{"kind":"b","x":1}', '{"x":1}'],
    ],
    [
      'alternatives that require other properties',
      {
        oneOf: [
          { type: 'object', properties: { a: { type: 'null' } }, required: ['a'] },
          { type: 'object', properties: { b: { type: 'null' } }, required: ['b'] },
        ],
      },
      ['{"a":null}', '{"b":null}'],
      ['{}', '{"a":null,"b":null}'],
    ],
    ['listed values beside a type', { type: 'string', enum: ['a', 1, null] }, ['"a"'], ['1', 'null']],
    ['listed values beside ends', { enum: [1, 5, 9], minimum: 2, exclusiveMaximum: 9 }, ['5'], ['1', '9']],
    ['exclusive ends of draft 4', { type: 'integer', minimum: 3, exclusiveMinimum: true }, ['4'], ['3']],
    [
      'tuples of older drafts',
      { items: [{ type: 'null' }], additionalItems: false },
      ['[null]'],
      ['[]', '[null,1]'],
    ],
    [
      'properties of one pattern',
      { patternProperties: { '^v': { type: 'integer' } }, additionalProperties: false },
      ['{"vroom":2,"v":1}', '{}'],
      ['{"a":1}', '{"v":"x"}'],
    ],
    [
      'an object that is not empty',
      { type: 'object', minProperties: 1, properties: { a: {}, b: {} } },
      ['{"b":1}'],
      ['{}'],
    ],
    [
      'a key that is written in one way',
      { properties: { a: { type: 'integer' } }, additionalProperties: true },
      ['{"a":1,"b":"x"}', '{"\\u0001":1}'],
      ['{"\\u0061":"x"}', '{"a":"x"}'],
    ],
    [
      'characters, not their escapes',
      { type: 'string', minLength: 2 },
      ['"ab"', '"\\ud83d\\ude00a"'],
      ['"\\ud83d\\ude00"', '"😀"'],
    ],
    [
      'integers of many digits',
      { type: 'integer' },
      ['-170141183460469231731687303715884105728'],
      ['1.0', '01'],
    ],
  ])('binds %s', (_, schema, fitting, others) => {
    const automaton = schemaAutomaton(schema, true)
    expect([...fitting, ...others].filter((text) => accepts(automaton, text))).toEqual(fitting)
  })
})
