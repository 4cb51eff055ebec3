type Json = Readonly<Record<string, unknown>>

/** JSON schemas of any size, by what there is much of. Small ones may mean a lot: products, chains, repetitions. */
export const GROWN_SCHEMAS: Readonly<Record<string, (count: number) => Json>> = {
  'required names': (count) => ({ type: 'object', required: names(count) }),
  properties: (count) => ({ type: 'object', properties: record(count, () => ({ type: 'string' })) }),
  'required properties': (count) => ({
    type: 'object',
    properties: record(count, () => ({ type: 'string' })),
    required: names(count),
  }),
  'names of a prototype': (count) => ({
    type: 'object',
    properties: { constructor: {}, toString: {}, ...record(count, () => ({})) },
    required: ['constructor', 'hasOwnProperty', ...names(count)],
  }),
  'listed values': (count) => ({ enum: names(count) }),
  'the same value, listed': (count) => ({ enum: Array(count).fill('a') }),
  alternatives: (count) => ({ anyOf: list(count, (index) => ({ const: index })) }),
  'alternatives that exclude each other': (count) => ({ oneOf: list(count, (index) => ({ const: index })) }),
  'alternatives of objects': (count) => ({
    anyOf: list(count, (index) => ({ type: 'object', properties: { [`k${index}`]: {} } })),
  }),
  'parts of all': (count) => ({ allOf: list(count, () => ({ type: 'string' })) }),
  'parts that require': (count) => ({ allOf: list(count, (index) => ({ required: [`k${index}`] })) }),
  'parts with properties': (count) => ({
    allOf: list(count, (index) => ({ properties: { a: {}, [`k${index}`]: { type: 'string' } } })),
  }),
  'a product of alternatives': (count) => productOf(Math.ceil(count / 60), 60, (any) => any),
  'a product of few alternatives': (count) => productOf(count, 2, (any) => any),
  'a square of alternatives': (count) => productOf(2, count, (any) => any),
  'a product of references': (count) => ({
    $defs: { a: { anyOf: list(60, () => ({})) } },
    allOf: list(count, () => ({ $ref: '#/$defs/a' })),
  }),
  'a product in a property': (count) => ({
    type: 'object',
    properties: { a: productOf(Math.ceil(count / 20), 20, (any) => any) },
  }),
  'alternatives in alternatives': (count) => nested(count, (inner) => ({ anyOf: [inner, { type: 'null' }] })),
  'doubled alternatives': (count) => nested(count, (inner) => ({ anyOf: [inner, inner] }), 20),
  'a chain of references': (count) => ({
    $defs: record(count, (index) => ({ $ref: `#/$defs/k${(index + 1) % count}` }), { [`k${count - 1}`]: {} }),
    $ref: '#/$defs/k0',
  }),
  'a chain of references through all': (count) => ({
    $defs: record(count, (index) => ({ allOf: [{ $ref: `#/$defs/k${index + 1}` }] }), { [`k${count}`]: {} }),
    $ref: '#/$defs/k0',
  }),
  'a ring of references': (count) => ({
    $defs: record(count, (index) => ({ $ref: `#/$defs/k${(index + 1) % count}` })),
    $ref: '#/$defs/k0',
  }),
  'doubled references': (count) => ({
    $defs: record(
      count,
      (index) => ({ anyOf: [{ $ref: `#/$defs/k${index + 1}` }, { $ref: `#/$defs/k${index + 1}` }] }),
      { [`k${count}`]: { type: 'string' } },
    ),
    $ref: '#/$defs/k0',
  }),
  'references to one': (count) => ({
    $defs: { a: { type: 'object', properties: record(20, () => ({ type: 'string' })) } },
    properties: record(count, () => ({ $ref: '#/$defs/a' })),
  }),
  'a long reference': (count) => ({ $ref: `#${'/a'.repeat(count)}` }),
  'unused definitions': (count) => ({ $defs: record(count, () => ({ type: 'object' })), type: 'string' }),
  'objects in objects': (count) =>
    nested(count, (inner) => ({ type: 'object', properties: { a: inner }, required: ['a'] })),
  'lists in lists': (count) => nested(count, (inner) => ({ type: 'array', items: inner })),
  'other properties in other properties': (count) =>
    nested(count, (inner) => ({ type: 'object', additionalProperties: inner })),
  'first items': (count) => ({ type: 'array', prefixItems: list(count, () => ({ type: 'string' })) }),
  'many items': (count) => ({
    type: 'array',
    items: { type: 'string' },
    minItems: count,
    maxItems: 2 * count,
  }),
  'many characters': (count) => ({ type: 'string', minLength: count, maxLength: 2 * count }),
  types: (count) => ({ type: list(count, () => 'string') }),
  'wrong types': (count) => ({ type: list(count, (index) => index) }),
  'a long constant': (count) => ({ const: 'a'.repeat(count) }),
  'a constant with keys': (count) => ({ const: record(count, (index) => index) }),
  'a long name': (count) => ({ properties: { ['a'.repeat(count)]: {} }, required: ['a'.repeat(count)] }),
  'a large number': (count) => ({ type: 'integer', minimum: 0, maximum: 10 ** Math.min(300, count) }),
  'a description': (count) => ({ type: 'string', description: 'word '.repeat(count) }),
  'unknown keywords': (count) => record(count, (index) => index),
}

/** Patterns of any length, and of any number of places in which a text may be. */
export const GROWN_PATTERNS: Readonly<Record<string, (count: number) => string>> = {
  letters: (count) => `^${'a'.repeat(count)}$`,
  'optional letters': (count) => `^${'a?'.repeat(count)}$`,
  'starred letters': (count) => `^${'a*'.repeat(count)}b$`,
  'starred groups': (count) => `^${'(a*)*'.repeat(count)}$`,
  'repeated letters': (count) => `^a{0,${count}}$`,
  'exact repetitions': (count) => `^a{${count}}$`,
  'repeated repetitions': (count) => `^(a{0,${Math.ceil(count / 32)}}){0,32}$`,
  'repetitions of groups': (count) => `^${'(a{0,32}){0,32}'.repeat(count)}$`,
  'repetitions of groups, as alternatives': (count) =>
    list(Math.ceil(count / 10), () => `^${'(a{0,32}){0,32}'.repeat(10)}$`).join('|'),
  'groups that may be missing': (count) => `^${'((a|b)?(c|d)?)?'.repeat(count)}$`,
  'groups in groups': (count) => `^${'('.repeat(count)}a${')*'.repeat(count)}$`,
  'optional groups in groups': (count) => `^${'(a?'.repeat(count)}${')?'.repeat(count)}$`,
  alternatives: (count) => `^(${list(count, (index) => `k${index}`).join('|')})$`,
  'the same alternatives': (count) => `^(${Array(count).fill('a').join('|')})*$`,
  'alternatives that begin alike': (count) =>
    `^(${list(count, (index) => 'a'.repeat((index % 32) + 1)).join('|')})*$`,
  classes: (count) => `^${'[a-z0-9]'.repeat(count)}$`,
  'a class of many characters': (count) => `^[${'abcdefgh'.repeat(count)}]*$`,
  'a class of many ranges': (count) => `^[${'a-cx-z0-9'.repeat(count)}]*$`,
  'starred classes': (count) => `^${'[a-z]*'.repeat(count)}$`,
  escapes: (count) => `^${'\\u0061\\d\\w'.repeat(count)}$`,
  anything: (count) => `${'.*'.repeat(count)}`,
  'wrong brackets': (count) => '('.repeat(count),
}

/** Wraps so often: `JSON.stringify` goes little deeper. */
const MAX_LEVELS = 1_000

function nested(levels: number, wrap: (inner: Json) => Json, maxLevels = MAX_LEVELS): Json {
  let schema: Json = { type: 'string' }
  for (let level = 0; level < Math.min(levels, maxLevels); level++) schema = wrap(schema)
  return schema
}

function productOf(lists: number, alternatives: number, wrap: (any: Json) => Json): Json {
  const any = wrap({ anyOf: list(alternatives, () => ({})) })
  return { allOf: list(lists, () => any) }
}

function names(count: number): string[] {
  return list(count, (index) => `k${index}`)
}

function list<Item>(count: number, itemOf: (index: number) => Item): Item[] {
  return Array.from({ length: count }, (_, index) => itemOf(index))
}

function record(count: number, itemOf: (index: number) => unknown, last: Json = {}): Json {
  return { ...Object.fromEntries(names(count).map((name, index) => [name, itemOf(index)])), ...last }
}
