import { isJsonObject, type JsonObject } from '../../../util/json-object.ts'
import { additionalPropertyKey } from './additional-property-key.ts'
import { type GrammarRules, literal } from './grammar-rules.ts'
import { patternGrammar } from './pattern-grammar.ts'
import { MATCHES_NOTHING, TOO_COMPLEX } from './schema-error.ts'
import type { SchemaRules } from './schema-rules.ts'

/** Each optional property adds a position that a text may have reached. */
const MAX_PROPERTIES = 256

/** A property of an object, as a schema describes it. */
export interface Property {
  readonly name: string
  readonly schema: unknown
  readonly isRequired: boolean
}

/** The body of a rule for the objects of a schema. Properties are written in the schema's order. */
export function objectBody(schema: JsonObject, schemas: SchemaRules): string {
  const { rules } = schemas
  const properties = propertiesOf(schema, rules)
  const space = rules.primitive('space')
  if (properties.length > MAX_PROPERTIES) {
    schemas.unsupported(TOO_COMPLEX)
    return rules.primitive('object')
  }
  const extra = extraMember(schema, properties, schemas)
  const mayBeEmpty = !(typeof schema.minProperties === 'number' && schema.minProperties > 0)
  // Two chains of rules, from the last property back: before the first member, and after one.
  let first = firstMembers(extra, space, mayBeEmpty)
  let further = extra === null ? `${space} "}"` : `( "," ${space} ${extra} )* ${space} "}"`
  for (const { name, schema: value, isRequired } of properties.toReversed()) {
    rules.budget.spendText(name.length)
    // A property that may not be there is not written.
    if (value === false && !isRequired) continue
    const valueRule = schemas.partRule(value, ['properties', name])
    const member = `${literal(`${JSON.stringify(name)}:`)} ${space} ${valueRule}`
    const next = rules.add(further)
    const without = isRequired || first === null ? '' : ` | ${rules.add(first)}`
    first = `${member} ${next}${without}`
    further = isRequired ? `"," ${space} ${member} ${next}` : `"," ${space} ${member} ${next} | ${next}`
  }
  if (first === null) schemas.unsupported(MATCHES_NOTHING)
  return first === null || first === '"}"' ? `"{" ${space} "}"` : `"{" ${space} ( ${first} )`
}

/** What follows the bracket of an object without named members; null for nothing. */
function firstMembers(extra: string | null, space: string, mayBeEmpty: boolean): string | null {
  if (extra === null) return mayBeEmpty ? '"}"' : null
  const members = `${extra} ( "," ${space} ${extra} )* ${space}`
  return mayBeEmpty ? `( ${members} )? "}"` : `${members} "}"`
}

/** Named properties, then those that are required only. */
export function propertiesOf(schema: JsonObject, rules: GrammarRules): Property[] {
  const listed = isJsonObject(schema.properties) ? schema.properties : {}
  const demanded: readonly unknown[] = Array.isArray(schema.required) ? schema.required : []
  rules.budget.spend(Object.keys(listed).length + demanded.length)
  const required = new Set(demanded)
  const properties = Object.entries(listed).map(([name, value]) => ({
    name,
    schema: value,
    isRequired: required.has(name),
  }))
  const others = schema.additionalProperties ?? schema.unevaluatedProperties ?? true
  for (const name of required) {
    if (typeof name !== 'string' || Object.hasOwn(listed, name)) continue
    properties.push({ name, schema: others, isRequired: true })
  }
  return properties
}

/** A rule for additional properties; null if there are none. */
function extraMember(
  schema: JsonObject,
  properties: readonly Property[],
  schemas: SchemaRules,
): string | null {
  const { rules } = schemas
  const { additionalProperties: others, unevaluatedProperties, patternProperties } = schema
  const patterns = isJsonObject(patternProperties) ? Object.entries(patternProperties) : []
  const isClosed = others === false || (others === undefined && properties.length + patterns.length > 0)
  if (isClosed) return patterns.length > 0 ? patternMember(patterns, schemas) : null
  const rest = others ?? (properties.length === 0 ? (unevaluatedProperties ?? true) : true)
  if (rest === false) return null
  const names = properties.map(({ name }) => name)
  const key = additionalPropertyKey(rules, names)
  // Without the key's own rule a property could be written twice.
  if (key === null) schemas.unsupported(TOO_COMPLEX)
  const keyword = others === undefined ? 'unevaluatedProperties' : 'additionalProperties'
  const value = schemas.partRule(patterns.length > 0 ? true : rest, [keyword])
  return rules.add(`${key ?? rules.primitive('string')} ":" ${rules.primitive('space')} ${value}`)
}

/** A rule for properties whose names match patterns. */
function patternMember(patterns: readonly (readonly [string, unknown])[], schemas: SchemaRules): string {
  const { rules } = schemas
  const [character, space] = [rules.primitive('char'), rules.primitive('space')]
  rules.budget.spend(patterns.length)
  const members = patterns.map(([pattern, value]) => {
    rules.budget.spendPattern(pattern)
    const name = patternGrammar(pattern, 'json', `${character}*`)
    if (name === null) schemas.unsupported('this pattern of patternProperties is not supported')
    const key = name === null ? rules.primitive('string') : `"\\"" ( ${name} ) "\\""`
    return `${key} ":" ${space} ${schemas.partRule(value, ['patternProperties', pattern])}`
  })
  return rules.add(members.join(' | '))
}
