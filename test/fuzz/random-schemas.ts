import fc from 'fast-check'

type Json = Readonly<Record<string, unknown>>

/** A pattern of any shape, of few letters, so that much of it fits in many ways. */
export const randomPattern: fc.Arbitrary<string> = fc.letrec<{ pattern: string }>((tie) => {
  const inner = tie('pattern')
  const few = fc.integer({ min: 0, max: 40 })
  return {
    pattern: fc.oneof(
      { maxDepth: 5, depthIdentifier: 'pattern' },
      fc.constantFrom('a', 'b', '.', '[ab]', '[^a]', '[a-z0-9]', '\\d', '\\w', '\\s', 'ab'),
      fc.tuple(inner, inner).map((parts) => parts.join('')),
      fc.tuple(inner, fc.constantFrom('*', '+', '?')).map(([of, sign]) => `(${of})${sign}`),
      fc.tuple(inner, few, few).map(([of, least, more]) => `(${of}){${least},${least + more}}`),
      fc.array(inner, { minLength: 1, maxLength: 4 }).map((parts) => `(${parts.join('|')})`),
      fc.tuple(inner, fc.integer({ min: 2, max: 12 })).map(([of, times]) => of.repeat(times)),
    ),
  }
}).pattern

/** A JSON schema of any shape. */
export const randomSchema: fc.Arbitrary<Json> = fc
  .letrec<{ schema: Json }>((tie) => {
    const inner = tie('schema')
    const inners = fc.array(inner, { minLength: 1, maxLength: 4 })
    const names = fc.constantFrom('a', 'b', 'c', 'constructor', '__proto__', '$ref')
    const keyed = fc.array(fc.tuple(names, inner), { maxLength: 4 }).map((pairs) => Object.fromEntries(pairs))
    const arbitrary = fc.oneof(
      { maxDepth: 4, depthIdentifier: 'schema' },
      fc.constantFrom<Json>(
        {},
        { type: 'string' },
        { type: 'integer', minimum: 3, maximum: 12_345 },
        { type: ['null', 'boolean'] },
        { const: 'x' },
        { enum: ['x', 1, null] },
        { $ref: '#' },
        { $ref: '#/$defs/a' },
        { $ref: '#/$defs/b' },
        { type: 'string', format: 'date-time' },
        { type: 'string', minLength: 3, maxLength: 9 },
      ),
      fc.record({ type: fc.constant('string'), pattern: randomPattern }),
      inners.map((anyOf): Json => ({ anyOf })),
      inners.map((oneOf): Json => ({ oneOf })),
      inners.map((allOf): Json => ({ allOf })),
      fc.tuple(inners, inners).map(([anyOf, allOf]): Json => ({ anyOf, allOf })),
      fc.record({
        type: fc.constant('object'),
        properties: keyed,
        required: fc.array(names, { maxLength: 3 }),
      }),
      fc.record({ type: fc.constant('object'), properties: keyed, additionalProperties: inner }),
      inner.map((items): Json => ({ type: 'array', items, minItems: 1, maxItems: 40 })),
      inners.map((prefixItems): Json => ({ type: 'array', prefixItems })),
    )
    return { schema: arbitrary }
  })
  .schema.chain((schema) =>
    fc
      .dictionary(
        fc.constantFrom('a', 'b'),
        fc.constantFrom<Json>(schema, { $ref: '#/$defs/b' }, { anyOf: [{}, schema] }),
      )
      .map(($defs) => ({ $defs, ...schema })),
  )
