import * as z from 'zod'
import { anyObject, boolean, dictionary, list, ofType, oneOf, string } from '../body-schema.ts'

// The fields of content blocks. Fields that newer clients send and this server ignores are listed too.

const ANYTHING = z.unknown().optional()

export const cacheControl = z
  .strictObject(
    { type: oneOf(['ephemeral']), ttl: oneOf(['5m', '1h']).optional(), scope: ANYTHING },
    { error: dictionary },
  )
  .nullable()
  .optional()

const citationsConfig = z
  .strictObject({ enabled: boolean.optional() }, { error: dictionary })
  .nullable()
  .optional()

export const textOrList = z.union([z.string(), z.array(z.unknown())], { error: ofType('string or list') })

const idOfToolUse = string.regex(/^[a-zA-Z0-9_-]+$/, "String should match pattern '^[a-zA-Z0-9_-]+$'")

/** By `type`, which `typeOf` checks first. */
export const BLOCK_SCHEMAS = {
  text: z.strictObject({
    type: z.literal('text'),
    text: string,
    cache_control: cacheControl,
    citations: list.nullable().optional(),
  }),
  image: z.strictObject({
    type: z.literal('image'),
    source: z.unknown(),
    cache_control: cacheControl,
    transformations: ANYTHING,
  }),
  document: z.strictObject({
    type: z.literal('document'),
    source: z.unknown(),
    cache_control: cacheControl,
    citations: citationsConfig,
    context: string.nullable().optional(),
    title: string.nullable().optional(),
  }),
  search_result: z.strictObject({
    type: z.literal('search_result'),
    source: string,
    title: string,
    content: list,
    cache_control: cacheControl,
    citations: citationsConfig,
  }),
  tool_use: z.strictObject({
    type: z.literal('tool_use'),
    id: idOfToolUse,
    name: string
      .min(1, 'String should have at least 1 character')
      .max(200, 'String should have at most 200 characters'),
    input: anyObject,
    cache_control: cacheControl,
    caller: ANYTHING,
    toolset_name: ANYTHING,
  }),
  tool_result: z.strictObject({
    type: z.literal('tool_result'),
    tool_use_id: idOfToolUse,
    content: textOrList.optional(),
    is_error: boolean.nullable().optional(),
    cache_control: cacheControl,
    toolset_name: ANYTHING,
  }),
  thinking: z.strictObject({ type: z.literal('thinking'), thinking: string, signature: string }),
  redacted_thinking: z.strictObject({ type: z.literal('redacted_thinking'), data: string }),
}

/** A tool that a search for tools found: in the result of that search alone. */
export const TOOL_REFERENCE = z.strictObject({
  type: z.literal('tool_reference'),
  tool_name: string.min(1, 'String should have at least 1 character'),
  cache_control: cacheControl,
})

/** The tabs of a browser: in the result of a tool that works in one. */
export const BROWSER_STATE = z.strictObject({
  type: z.literal('browser_state'),
  tabs: list,
  state_changes: list.nullable().optional(),
  cache_control: cacheControl,
})

export type BlockType = keyof typeof BLOCK_SCHEMAS

/** A checked block. */
export type BlockOf<Type extends BlockType> = z.infer<(typeof BLOCK_SCHEMAS)[Type]>
