import type * as zod from 'zod'

/** The schema of an object in a body, and which of its keys some body had filled. */
export interface WireSchema {
  /** Where it was made. */
  readonly place: string
  readonly shape: Readonly<Record<string, unknown>>
  readonly filled: Set<string>
}

/** Zod, in which the schema of every object in a body notices what it reads. */
export function watchedZod(original: typeof zod, schemas: WireSchema[]): typeof zod {
  const watch = <Schema extends zod.ZodObject>(schema: Schema): Schema => {
    const [, place] =
      // Rules are read from the configuration.
      /src\/wire\/((?!api-rules)[\w/-]+\.ts:\d+)/.exec(new Error('made').stack ?? '') ?? []
    if (place === undefined) return schema
    const watched: WireSchema = { place, shape: schema.shape, filled: new Set() }
    schemas.push(watched)
    const { run } = schema._zod
    schema._zod.run = (read, context) => {
      const { value } = read as { readonly value: unknown }
      if (typeof value === 'object' && value !== null) {
        for (const [key, inner] of Object.entries(value)) if (inner !== null) watched.filled.add(key)
      }
      return run(read, context)
    }
    const extend = schema.extend.bind(schema)
    return Object.assign(schema, { extend: ((shape) => watch(extend(shape))) as typeof schema.extend })
  }
  const object = (...[shape, params]: Parameters<typeof zod.object>) =>
    watch(original.object(shape ?? {}, params))
  const strictObject = (...[shape, params]: Parameters<typeof zod.strictObject>) =>
    watch(original.strictObject(shape ?? {}, params))
  return {
    ...original,
    object: object as typeof zod.object,
    strictObject: strictObject as typeof zod.strictObject,
  }
}

/** Keys of schemas that no body has filled. A part of another schema, which is never read with, needs none of its own. */
export function unfilledKeys(schemas: readonly WireSchema[]): string[] {
  const isPart = ({ shape, filled }: WireSchema) =>
    filled.size === 0 &&
    schemas.some(
      (whole) => whole.filled.size > 0 && Object.keys(shape).every((key) => shape[key] === whole.shape[key]),
    )
  return schemas
    .filter((schema) => !isPart(schema))
    .flatMap(({ place, shape, filled }) =>
      Object.keys(shape).flatMap((key) => (filled.has(key) ? [] : [`${place}: ${key}`])),
    )
}
