import type { JsonObject } from '../../src/util/json-object.ts'

const TEXT = { type: 'string', description: 'a text' }

/** Names that are also methods of Python's dictionaries, lists or texts, or variables of templates. */
const AWKWARD_NAMES = [
  'items',
  'keys',
  'values',
  'get',
  'copy',
  'pop',
  'update',
  'count',
  'index',
  'format',
  'length',
].concat([
  'name',
  'type',
  'description',
  'properties',
  'required',
  'default',
  'enum',
  'loop',
  'first',
  'namespace',
])

/** What one parameter may be declared as. */
const PARAMETERS: readonly JsonObject[] = [
  { type: 'string' },
  { description: 'no type' },
  {},
  { ...TEXT, default: null },
  { ...TEXT, default: '' },
  { ...TEXT, default: "it's" },
  { type: 'boolean', default: true },
  { type: 'boolean', default: false, description: 'a truth value' },
  { type: 'integer', default: 0, minimum: 0, maximum: 10 },
  { type: 'number', default: 0.5, exclusiveMinimum: 0 },
  { type: 'number', default: 0.00001, multipleOf: 1e-7 },
  { anyOf: [{ type: 'string' }, { type: 'null' }], default: null, title: 'A' },
  { anyOf: [{ type: 'integer', description: 'whole' }, TEXT], description: 'either' },
  { oneOf: [{ type: 'array', items: TEXT }, { type: 'object' }], description: 'one' },
  { allOf: [{ $ref: '#/$defs/A' }], description: 'all' },
  { type: ['string', 'null'], description: 'a text or null' },
  { type: ['object', 'array'], description: 'some' },
  { enum: ['a', 'b'] },
  { ...TEXT, enum: ['a', "b's", 'c"d'] },
  { type: 'integer', enum: [1, 2], description: 'a number' },
  { enum: [null, true, 1, 'a'], description: 'anything' },
  { const: 'a' },
  { type: 'array', description: 'any list' },
  { type: 'array', items: { type: 'string' }, description: 'texts' },
  { type: 'array', items: { type: 'array', items: { type: 'number' } }, description: 'lists' },
  { type: 'array', items: { type: 'object', properties: { x: TEXT }, required: ['x'] }, minItems: 1 },
  { type: 'array', items: { type: ['string', 'null'] }, default: [], description: 'lists' },
  { type: 'array', items: { enum: ['a'] }, default: ['a', null, true] },
  { type: 'object', description: 'any object' },
  { type: 'object', properties: {}, description: 'empty' },
  { type: 'object', properties: { x: { type: 'object', properties: { y: TEXT } } }, required: [] },
  { type: 'object', additionalProperties: TEXT, default: {} },
  { type: 'object', properties: { items: TEXT, keys: { type: 'boolean' } }, required: ['items'] },
  { type: 'null', description: 'nothing' },
  { ...TEXT, nullable: true, format: 'date', pattern: '^\\d+$', examples: ['1', null] },
  { ...TEXT, description: 'lines\n\n  of "text" with <tags> & \'quotes\', ünïcödé 中文 😀\t\\ ' },
]

const OBJECTS: readonly JsonObject[] = [
  { type: 'object' },
  { type: 'object', properties: {} },
  { type: 'object', properties: { a: TEXT }, additionalProperties: false, $defs: { A: TEXT } },
  { type: 'object', properties: { a: TEXT, b: { type: 'integer' } }, required: ['b'], title: 'Input' },
  { $schema: 'http://json-schema.org/draft-07/schema#', type: 'object', properties: { 'a-b c': TEXT } },
]

/** Input schemas of tools: every kind of parameter, and every awkward name. */
export const TOOL_SCHEMAS: readonly JsonObject[] = [
  ...PARAMETERS.map((parameter, at) => objectOf({ a: parameter }, at % 2 === 0 ? ['a'] : undefined)),
  ...AWKWARD_NAMES.map((name) => objectOf({ [name]: TEXT, other: { type: 'integer' } }, [name])),
  ...OBJECTS,
]

function objectOf(properties: JsonObject, required: string[] | undefined): JsonObject {
  return { type: 'object', properties, ...(required === undefined ? {} : { required }) }
}
