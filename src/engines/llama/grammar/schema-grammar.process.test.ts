import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type GrammarCase, matchGrammars } from '../../../../test/match-grammars.ts'
import type { JsonObject } from '../../../util/json-object.ts'
import { GrammarRules } from './grammar-rules.ts'
import { SchemaError } from './schema-error.ts'
import { SchemaGrammar } from './schema-grammar.ts'

function grammarOf(schema: JsonObject, isStrict = false): string {
  const rules = new GrammarRules()
  return rules.text(new SchemaGrammar(rules, schema, { isStrict }).valueRule(schema))
}

/** A schema, texts that fit it, and texts that do not. */
type Example = readonly [
  name: string,
  schema: JsonObject,
  fitting: readonly string[],
  others: readonly string[],
]

const NODE = {
  type: 'object',
  properties: { v: { type: 'number' }, next: { anyOf: [{ $ref: '#/$defs/node' }, { type: 'null' }] } },
  required: ['v', 'next'],
}

const EXAMPLES: readonly Example[] = [
  [
    'properties that are demanded and others that are not',
    { type: 'object', properties: { a: { type: 'integer' }, b: {}, c: { type: 'string' } }, required: ['b'] },
    [
      '{"b":1}',
      '{"a": -12, "b": null}',
      '{"a":0,"b":{"x":[1,"y"]},"c":"é😀\\n\\u00e9"}',
      '{"b":"x","c":""}',
      '{\n  "b": 1\n}',
    ],
    ['{}', '{"a":1}', '{"b":1,"a":2}', '{"a":"x","b":1}', '{"b":1,"d":2}', '{"b":1,}', '{"a":01,"b":1}'],
  ],
  ['an object of anything', { type: 'object' }, ['{}', '{"a":{"b":[true]}}'], ['[]', '1', '{a:1}']],
  ['an object of nothing', { type: 'object', additionalProperties: false }, ['{}', '{ }'], ['{"a":1}']],
  [
    'members beside those that are named',
    { properties: { ab: { type: 'string' }, 'a"': {} }, additionalProperties: { type: 'integer' } },
    ['{"ab":"x","b":1,"abc":2}', '{"a":1}', '{"":1}', '{"\\n":1}', '{}'],
    ['{"ab":1}', '{"b":"x"}', '{"ab":"x","ab":1}', '{"b":1,"ab":"x"}'],
  ],
  ['a required property without a schema', { required: ['a'] }, ['{"a":[]}'], ['{}', '{"b":1}']],
  [
    'values that are listed',
    { enum: ['a', 'b"', 1, null, { x: [1] }] },
    ['"a"', '"b\\""', '1', 'null', '{"x":[1]}'],
    ['"c"', '2', 'a'],
  ],
  ['one value', { const: 'only' }, ['"only"'], ['"onl"', 'only']],
  ['several types', { type: ['string', 'null'] }, ['"x"', 'null'], ['1', 'nul']],
  ['an array or object', { type: ['array', 'object'] }, ['[]', '[1]', '{"a":1}'], ['1']],
  ['an object, array or null', { type: ['object', 'array', 'null'] }, ['{"a":1}', '[1]', 'null'], ['1']],
  [
    'properties of a pattern beside no others',
    { type: 'object', patternProperties: { '^v': {} }, additionalProperties: false },
    ['{"vroom":2}', '{}'],
    ['1'],
  ],
  ['a type or null', { type: 'boolean', nullable: true }, ['true', 'null'], ['1']],
  ['alternatives', { anyOf: [{ type: 'integer' }, { type: 'array' }] }, ['1', '[]', '["x"]'], ['"x"', '{}']],
  ['one of several', { oneOf: [{ type: 'integer' }, { const: 'x' }] }, ['1', '"x"'], ['"y"']],
  [
    'all of several, with what stands beside them',
    {
      $defs: { base: { properties: { a: { type: 'number' } }, required: ['a'] } },
      allOf: [{ $ref: '#/$defs/base' }, { properties: { b: { type: 'boolean' } } }],
      required: ['b'],
    },
    ['{"a":1.5,"b":true}'],
    ['{"a":1}', '{"b":true}', '{"a":"x","b":true}'],
  ],
  [
    'alternatives with a common part',
    {
      type: 'object',
      properties: { kind: { type: 'string' } },
      anyOf: [
        { properties: { a: { type: 'integer' } }, required: ['a'] },
        { properties: { b: { type: 'integer' } }, required: ['b'] },
      ],
    },
    ['{"kind":"x","a":1}', '{"b":1}'],
    ['{"kind":"x"}', '{"a":"x"}'],
  ],
  [
    'a schema that holds itself',
    { $ref: '#/$defs/node', $defs: { node: NODE } },
    ['{"v":1,"next":null}', '{"v":1.5e-3,"next":{"v":2,"next":null}}'],
    ['{"v":1}', '{"v":1,"next":{}}'],
  ],
  [
    'the root in itself, with a description beside it',
    { properties: { more: { type: 'array', items: { $ref: '#', description: 'again' } } } },
    ['{"more":[{"more":[]},{}]}'],
    ['{"more":[1]}'],
  ],
  [
    'definitions that are nothing but each other and something more',
    {
      $defs: {
        a: { anyOf: [{ $ref: '#/$defs/b' }, { type: 'integer' }] },
        b: { anyOf: [{ $ref: '#/$defs/a' }, { type: 'null' }] },
      },
      type: 'array',
      items: { $ref: '#/$defs/b' },
    },
    ['[1,null]'],
    ['["x"]'],
  ],
  [
    'lists of a length',
    { type: 'array', items: { type: 'integer' }, minItems: 2, maxItems: 3 },
    ['[1,2]', '[1, 2, 3]'],
    ['[1]', '[1,2,3,4]', '[]'],
  ],
  [
    'lists that may be empty',
    { type: 'array', items: { type: 'null' }, maxItems: 1 },
    ['[]', '[null]'],
    ['[null,null]'],
  ],
  ['empty lists', { type: 'array', maxItems: 0 }, ['[]'], ['[1]']],
  [
    'tuples',
    { prefixItems: [{ type: 'string' }, { type: 'integer' }], items: { type: 'boolean' } },
    ['["x",1]', '["x",1,true,false]'],
    ['["x"]', '[1,"x"]', '["x",1,2]'],
  ],
  ['closed tuples', { prefixItems: [{ type: 'string' }], items: false }, ['["x"]'], ['["x",1]', '[]']],
  [
    'whole numbers of a range',
    { type: 'integer', minimum: -5, exclusiveMaximum: 124 },
    ['-5', '-1', '0', '9', '99', '123'],
    ['-6', '124', '1.5', '007', '1000'],
  ],
  [
    'whole numbers from one on',
    { type: 'integer', minimum: 42 },
    ['42', '99', '100', '123456'],
    ['41', '-50', '9'],
  ],
  ['whole numbers up to one', { type: 'integer', maximum: -7 }, ['-7', '-99', '-12345'], ['-6', '0', '7']],
  [
    'strings of a length',
    { type: 'string', minLength: 2, maxLength: 3 },
    ['"ab"', '"\\n😀c"'],
    ['"a"', '"abcd"'],
  ],
  [
    'strings of a pattern',
    { type: 'string', pattern: '^[a-z]{2}-\\d+(\\.x)?$' },
    ['"ab-1"', '"ab-12.x"'],
    ['"a-1"', '"ab-"', '"ab-1x"'],
  ],
  [
    'strings with a pattern in them',
    { pattern: 'a|"\\\\' },
    ['"xay"', '"a"', '"-\\"\\\\-"'],
    ['"b"', '"\\""'],
  ],
  ['strings of a negated class', { pattern: '^[^a]\\S+$' }, ['"bc"', '"\\"c"'], ['"ab"', '"b"', '"b c"']],
  [
    'moments',
    { format: 'date-time' },
    ['"2024-02-29T23:59:59.123Z"', '"2024-01-01T00:00:00+01:00"'],
    ['"2024-13-01T00:00:00Z"', '"today"'],
  ],
  [
    'addresses',
    { type: 'array', items: { format: 'ipv4' } },
    ['["0.0.0.0","192.168.1.255"]'],
    ['["256.1.1.1"]', '["1.1.1"]'],
  ],
  [
    'email',
    { format: 'email' },
    ['"a.b@example.com"', '"joe+x@example.com"', '"a@b"'],
    ['"@example.com"', '".a@example.com"', '"a.@example.com"', '"a..b@example.com"'],
  ],
  [
    'dates',
    { format: 'date' },
    ['"2020-02-29"', '"2000-02-29"', '"2021-12-31"', '"2021-04-30"'],
    ['"2020-02-30"', '"2021-02-29"', '"1900-02-29"', '"2020-04-31"', '"2020-13-01"', '"2020-00-10"'],
  ],
  ['uuid', { format: 'uuid' }, ['"123e4567-e89b-12d3-a456-426614174000"'], ['"123e4567"']],
  ['uri', { format: 'uri' }, ['"https://example.com/a?b=c#d"'], ['"example"']],
  [
    'durations',
    { format: 'duration' },
    ['"P1Y2M"', '"PT5M"', '"P1DT2H"', '"P1Y2M3DT4H5M6S"', '"P4W"', '"PT36H"', '"P0D"'],
    ['"1D"', '"P"', '"PT"', '"P1Y2W"', '"P1D2Y"', '"PT1S2H"', '"P1M1M"', '"PT1H2S"'],
  ],
  [
    'ipv6',
    { format: 'ipv6' },
    [
      ...[
        '"::1"',
        '"::"',
        '"1::"',
        '"fe80::1:2"',
        '"1:2:3:4:5:6:7:8"',
        '"::ffff:192.168.0.1"',
        '"2001:db8::1"',
      ],
      ...['"1::d6:192.168.0.1"', '"1:2:3:4:5:6:7::"', '"1:2:3:4:5:6:1.2.3.4"'],
    ],
    ['"1"', '"::g"', '"1:2:3:4:5:6:7"', '"1::2::3"', '"1:1:1:1:1:1::1:1:1:1"', '"1:2:3:4:5:6:7:8:9"', '":1"'],
  ],
  ['hostnames', { format: 'hostname' }, ['"a-b.example.com"', '"localhost"'], ['"-a"', '"a b"']],
  ['no schema at all', { foo: 'bar' }, ['1', '"x"', '{"a":[null]}'], ['x']],
  [
    'properties that are no schemas',
    { properties: { location: 'bar', unit: 5 } },
    ['{}', '{"location":1}', '{"unit":[]}'],
    ['{"x":1}'],
  ],
  ['a type that is none', { type: 'thing', pattern: 5 }, ['1', '{}'], ['x']],
  ['references to nothing', { type: 'array', items: { $ref: 'http://example.com/x' } }, ['[1,"x"]'], ['x']],
  ['a reference to itself alone', { $ref: '#' }, ['1', '{}'], ['x']],
  ['a pattern beyond grammars', { pattern: '^(?=a)\\b' }, ['"x"'], ['1']],
  ...['constructor', '__proto__', 'toString', 'hasOwnProperty'].flatMap((word): Example[] => [
    [
      `properties named ${word}`,
      parsed(`{"properties":{"${word}":{"type":"integer"}},"required":["${word}"]}`),
      [`{"${word}":1}`],
      ['{}', `{"${word}":"x"}`],
    ],
    [
      `properties named ${word} that are merged`,
      parsed(
        `{"allOf":[{"properties":{"${word}":{"type":"integer"}}},{"properties":{"${word}":{"minimum":7}},"required":["${word}"]}]}`,
      ),
      [`{"${word}":8}`],
      ['{}', `{"${word}":6}`, `{"${word}":"x"}`],
    ],
    [`${word} demanded`, parsed(`{"required":["${word}"]}`), [`{"${word}":1}`], ['{}']],
    [
      `a keyword ${word}, merged`,
      parsed(`{"allOf":[{"${word}":{"type":"null"}},{"${word}":["x"],"type":"boolean"}]}`),
      ['true'],
      ['null', '1'],
    ],
    [`a format ${word}`, { type: 'string', format: word }, ['"x"'], ['1']],
    [`a type ${word}`, { type: ['null', word] }, ['null'], ['1']],
    [
      `a definition ${word}`,
      parsed(`{"$ref":"#/$defs/${word}","$defs":{"${word}":{"type":"boolean"}}}`),
      ['true'],
      ['1'],
    ],
    [`a reference to ${word}, which is not there`, { $ref: `#/$defs/${word}`, $defs: {} }, ['1'], ['x']],
  ]),
]

function parsed(json: string): JsonObject {
  return JSON.parse(json)
}

describe('SchemaGrammar', () => {
  // One process for all of them.
  const matched = matchGrammars(
    EXAMPLES.map(([, schema, fitting, others]) => ({
      grammar: grammarOf(schema),
      texts: [...fitting, ...others],
    })),
  )

  it.each(EXAMPLES.map((example, index) => [...example, matched[index]] as const))(
    'binds %s',
    (_, __, fitting, others, matches) => {
      expect([...fitting, ...others].filter((_text, index) => matches?.[index])).toEqual(fitting)
    },
  )

  it.each<[string, JsonObject, RegExp]>([
    ['a pattern beyond grammars', { type: 'string', pattern: '^(?!a)' }, /pattern/],
    ['a pattern that is slow to follow', { type: 'string', pattern: '^(a?){200}b$' }, /pattern/],
    ['a long row of what may be missing', { type: 'string', pattern: `^${'a?'.repeat(100)}b$` }, /pattern/],
    ['an unknown format', { type: 'string', format: 'color' }, /format/],
    ['keywords that no grammar says', { type: 'array', uniqueItems: true }, /uniqueItems/],
    ['what is no schema', { properties: { location: 'bar' } }, /no schema/],
    ['a type that is none', { type: 'thing' }, /thing/],
    ['references out of it', { $ref: 'other.json' }, /other\.json/],
    ['a reference to itself alone', { $ref: '#' }, /^Too many recursive definitions in schema$/],
    ['lists of a great length', { type: 'array', minItems: 5000 }, /^Schema is too complex$/],
    [
      'thousands of values',
      { enum: Array.from({ length: 2000 }, (_, index) => index) },
      /^Schema is too complex$/,
    ],
  ])('refuses %s in a strict schema', (_, schema, message) => {
    expect(() => grammarOf(schema, true)).toThrow(SchemaError)
    expect(() => grammarOf(schema, true)).toThrow(message)
    expect(() => grammarOf(schema)).not.toThrow()
  })

  it('refuses endless schemas quickly', () => {
    const chain = (width: number) =>
      Object.fromEntries(
        Array.from({ length: 40 }, (_, level) => [
          `d${level}`,
          {
            anyOf: Array.from({ length: width }, (_, index) => ({
              properties: { [`p${index}`]: { $ref: `#/$defs/d${level + 1}` } },
            })),
          },
        ]),
      )
    const deep = (levels: number): JsonObject => (levels === 0 ? {} : { items: deep(levels - 1) })
    const bomb = Array.from({ length: 8 }, (_, index) => ({
      anyOf: [{ minLength: index }, { maxLength: index }],
    }))
    for (const schema of [
      { $ref: '#/$defs/d0', $defs: chain(8) },
      deep(1000),
      { allOf: bomb, minItems: 1 },
    ]) {
      const startedMs = performance.now()
      try {
        grammarOf(schema)
      } catch (error) {
        expect(error).toBeInstanceOf(SchemaError)
      }
      expect(performance.now() - startedMs).toBeLessThan(2000)
    }
  })

  it('creates a grammar that llama.cpp accepts for any JSON', () => {
    const keyword = fc.constantFrom(
      'type',
      'properties',
      'required',
      'items',
      'anyOf',
      'allOf',
      'enum',
      'const',
      '$ref',
      'pattern',
      'format',
      'minimum',
      'maxItems',
      'additionalProperties',
      'x',
    )
    const anything = fc.letrec((tie) => ({
      value: fc.oneof(
        { depthSize: 'small' },
        fc.constantFrom(
          'object',
          'array',
          'string',
          '#',
          '#/x',
          '',
          '[a-',
          'date',
          null,
          true,
          false,
          0,
          -1.5,
        ),
        fc.array(tie('value'), { maxLength: 3 }),
        fc.dictionary(keyword, tie('value'), { maxKeys: 4 }),
      ),
    })).value
    const schemas = fc.sample(fc.dictionary(keyword, anything, { maxKeys: 5 }), { numRuns: 400, seed: 5 })
    const cases = schemas.map((schema) => ({ grammar: grammarOf(schema), texts: [] }))
    const unread = matchGrammars(cases).flatMap((result, index) => (result === null ? [schemas[index]] : []))
    expect(unread).toEqual([])
  })

  it('accepts every value that a schema was derived from', () => {
    const cases: GrammarCase[] = fc
      .sample(schemaWithValue, { numRuns: 300, seed: 7 })
      .map(({ schema, value }) => ({ grammar: grammarOf(schema, true), texts: [JSON.stringify(value)] }))
    const wrong = matchGrammars(cases).flatMap((matched, index) => (matched?.[0] ? [] : [cases[index]]))
    expect(wrong).toEqual([])
  })
})

interface SchemaWithValue {
  readonly schema: JsonObject
  readonly value: unknown
}

/** A schema, and a value that fits it. */
const { schemaWithValue } = fc.letrec<{ schemaWithValue: SchemaWithValue }>((tie) => ({
  schemaWithValue: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc
      .string({ unit: 'binary' })
      .filter((text) => !/[\u007f\ud800-\udfff]/.test(text))
      .map((value) => ({ schema: { type: 'string' }, value })),
    fc
      .integer()
      .map((value) => ({ schema: { type: 'integer', minimum: value - 3, maximum: value + 3 }, value })),
    fc.boolean().map((value) => ({ schema: { type: 'boolean' }, value })),
    fc.constant({ schema: { type: ['null', 'string'] }, value: null }),
    fc.array(tie('schemaWithValue'), { maxLength: 3 }).map((items) => ({
      schema: { type: 'array', items: { anyOf: [{ const: 'none' }, ...items.map(({ schema }) => schema)] } },
      value: items.map(({ value }) => value),
    })),
    fc
      .array(
        fc.tuple(
          fc.string({ minLength: 1 }),
          tie('schemaWithValue'),
          fc.constantFrom('given', 'required', 'absent'),
        ),
        { maxLength: 4 },
      )
      .map((members) => {
        const byName = [...new Map(members.map((member) => [`k${member[0]}`, member])).entries()]
        return {
          schema: {
            type: 'object',
            properties: Object.fromEntries(byName.map(([name, [, { schema }]]) => [name, schema])),
            required: byName.filter(([, [, , presence]]) => presence === 'required').map(([name]) => name),
            additionalProperties: false,
          },
          value: Object.fromEntries(
            byName
              .filter(([, [, , presence]]) => presence !== 'absent')
              .map(([name, [, { value }]]) => [name, value]),
          ),
        }
      }),
  ),
}))
