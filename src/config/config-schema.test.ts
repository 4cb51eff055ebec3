import { describe, expect, it } from 'vitest'
import * as z from 'zod'
import { CONFIG_SCHEMA } from './config-schema.ts'

interface JsonSchema {
  readonly description?: string
  readonly properties?: Readonly<Record<string, JsonSchema>>
  readonly anyOf?: readonly JsonSchema[]
  readonly oneOf?: readonly JsonSchema[]
  readonly additionalProperties?: JsonSchema | boolean
}

function undescribed(schema: JsonSchema, path: string): string[] {
  const nested = Object.entries(schema.properties ?? {}).map(([name, property]) => [name, property] as const)
  const values = typeof schema.additionalProperties === 'object' ? [schema.additionalProperties] : []
  const variants = [...(schema.anyOf ?? []), ...(schema.oneOf ?? []), ...values]
  return [
    ...nested.flatMap(([name, property]) => {
      const place = `${path}${name}`
      return [...(property.description ? [] : [place]), ...undescribed(property, `${place}.`)]
    }),
    ...variants.flatMap((variant) => undescribed(variant, `${path}*.`)),
  ]
}

describe('CONFIG_SCHEMA', () => {
  it('describes every setting, for editors and for --help', () => {
    const schema = z.toJSONSchema(CONFIG_SCHEMA, { io: 'input' }) as JsonSchema
    expect(undescribed(schema, '')).toEqual([])
  })

  it('requires nothing', () => {
    expect(CONFIG_SCHEMA.safeParse({}).success).toBe(true)
    expect(
      CONFIG_SCHEMA.safeParse({ engines: { a: {}, b: { kind: 'llama' } }, metrics: {}, rules: {} }).success,
    ).toBe(true)
  })
})
