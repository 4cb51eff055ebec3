import * as z from 'zod'
import { EFFORTS } from '../../completion/effort-budgets.ts'
import {
  anyObject,
  boolean,
  count,
  countOrOff,
  list,
  MAX_MESSAGES,
  MAX_TOOLS,
  metadata,
  modelId,
  oneOf,
  share,
  shareOrOff,
  stopSequences,
} from '../body-schema.ts'
import { cacheControl, textOrList } from './block-schemas.ts'

// Null means left out in optional fields: some clients send all fields.

const ANYTHING = z.unknown().optional()

const messages = list.max(MAX_MESSAGES, `List should have at most ${MAX_MESSAGES} items`)

const jsonSchemaFormat = z
  .strictObject(
    { type: oneOf(['json_schema']), schema: anyObject, name: ANYTHING },
    { error: 'Input should be a valid dictionary' },
  )
  .nullish()

const outputConfig = z
  .strictObject(
    {
      effort: oneOf(EFFORTS).nullish(),
      format: jsonSchemaFormat,
      task_budget: ANYTHING,
    },
    { error: 'Input should be a valid dictionary' },
  )
  .nullish()

/** The fields that become the prompt, in the order in which errors are reported. */
const PROMPT_FIELDS = {
  system: textOrList.nullish(),
  tools: list.max(MAX_TOOLS, `List should have at most ${MAX_TOOLS} items`).nullish(),
  tool_choice: z.unknown().optional(),
  thinking: z.unknown().optional(),
  output_format: jsonSchemaFormat,
  output_config: outputConfig,
  context_management: z.unknown().optional(),
  // Features of the real API's servers: refused or ignored, depending on a rule.
  container: ANYTHING,
  mcp_servers: list.nullish(),
  cache_control: cacheControl,
  // Newer clients send these; this server ignores them.
  inference_geo: ANYTHING,
  user_profile_id: ANYTHING,
  speed: ANYTHING,
  fallbacks: ANYTHING,
  fallback_credit_token: ANYTHING,
  diagnostics: ANYTHING,
  workspace_id: ANYTHING,
  billing_policy: ANYTHING,
  compaction: ANYTHING,
  thread: ANYTHING,
}

/** The body of `POST /v1/messages`. */
export const MESSAGES_SCHEMA = z.strictObject({
  model: modelId,
  messages,
  // 0 only evaluates the prompt, so that later requests find it in the cache.
  max_tokens: count,
  ...PROMPT_FIELDS,
  stop_sequences: stopSequences
    .refine((all) => all.every((one) => one.trim() !== ''), 'each stop sequence must contain non-whitespace')
    .nullish(),
  stream: boolean.nullish(),
  temperature: share.nullish(),
  top_p: shareOrOff.nullish(),
  top_k: countOrOff.nullish(),
  metadata: metadata.nullish(),
  service_tier: oneOf(['auto', 'standard_only']).nullish(),
})

/** The body of `POST /v1/messages/count_tokens`. */
export const COUNT_TOKENS_SCHEMA = z.strictObject({ model: modelId, messages, ...PROMPT_FIELDS })

/** The fields that both bodies have. */
export type PromptFields = z.infer<typeof COUNT_TOKENS_SCHEMA>
