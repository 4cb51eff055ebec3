import * as z from 'zod'
import { TRANSPORT_FIELDS } from '../transport/transport-settings.ts'

/** Far more than any model has; keeps a typing error out of arithmetic. */
const MAX_TOKENS = 16_777_216

const tokenCount = z.int().min(1).max(MAX_TOKENS)

/** Settings that every dialect has. */
export const UPSTREAM_FIELDS = {
  ...TRANSPORT_FIELDS,
  model: z.string().min(1).describe("The model's id on the server. Clients may ask for it by this id too."),
  contextWindowTokens: tokenCount
    .describe(
      'The maximum number of tokens of prompt and completion together, for servers that do not report it.',
    )
    .optional(),
  maxCompletionTokens: tokenCount
    .describe('The maximum number of completion tokens to ask the server for; larger requests are capped.')
    .optional(),
}

/** What the model and its server can do, for dialects that send turns. */
export const ABILITY_FIELDS = {
  tools: z
    .boolean()
    .describe('Whether the model can use tools. true by default; false for "llama-cpp-python".')
    .optional(),
  images: z.boolean().describe('Whether it is a vision model. false by default; true for Claude.').optional(),
  outputSchema: z
    .boolean()
    .describe(
      'Whether the server can hold a response to a JSON schema. By default as usual for the server; false for "other".',
    )
    .optional(),
}

const UPSTREAM_SCHEMA = z.object({ kind: z.string(), ...UPSTREAM_FIELDS })

/** Settings that every dialect has. */
export type UpstreamSettings = z.infer<typeof UPSTREAM_SCHEMA>
