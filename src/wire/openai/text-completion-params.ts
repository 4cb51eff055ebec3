import * as z from 'zod'
import { type CompletionRequest, NO_TOOLS_OR_THINKING } from '../../completion/completion-request.ts'
import { rawPrompt } from '../../completion/prompt.ts'
import { boolean, checkBody, integer, invalidRequest, list, modelId, string } from '../body-schema.ts'
import type { ChatCompletionContext } from './chat-completion-params.ts'
import {
  GENERATION_FIELDS,
  type OpenAiCompletionParams,
  readGeneration,
  readStreaming,
} from './generation-fields.ts'

/** OpenAI's default. */
const DEFAULT_MAX_TOKENS = 16

/** The body of `POST /v1/completions`, checked. */
export interface TextCompletionParams extends OpenAiCompletionParams {
  /** Whether the completion starts with the prompt. */
  readonly echo: boolean
}

/**
 * Reads the body of `POST /v1/completions`: raw text that the model continues. Unsupported fields that would change the
 * meaning of the response are refused; other unknown fields are ignored.
 *
 * @throws CompletionError `invalid-request` or `model-not-found`
 */
export function parseTextCompletionParams(
  body: object,
  context: Omit<ChatCompletionContext, 'rules'>,
): TextCompletionParams {
  const params = checkBody(body, SCHEMA)
  const resolvedId = context.resolveModel(params.model)
  if (!context.capabilitiesOf(resolvedId).rawPrompts) {
    throw invalidRequest(
      `prompt: model '${resolvedId}' takes turns, not a text: use /v1/chat/completions or /v1/messages.`,
    )
  }
  const request: CompletionRequest = {
    modelId: resolvedId,
    prompt: rawPrompt(params.prompt),
    ...readGeneration({ ...params, max_tokens: params.max_tokens ?? DEFAULT_MAX_TOKENS }),
    ...NO_TOOLS_OR_THINKING,
  }
  return {
    request,
    ...readStreaming(params),
    echo: params.echo ?? false,
  }
}

const ONE_TEXT = 'Input should be one text; lists of several, and tokens, are not supported'
const NOT_EMPTY = 'String should have at least 1 character'

const SCHEMA = z.object({
  model: modelId,
  prompt: z
    .union([string, list.length(1, ONE_TEXT).pipe(z.array(z.string(ONE_TEXT)))], { error: ONE_TEXT })
    .transform((prompt) => (typeof prompt === 'string' ? prompt : (prompt[0] ?? '')))
    .refine((prompt) => prompt !== '', NOT_EMPTY),
  ...GENERATION_FIELDS,
  best_of: integer.refine((count) => count === 1, 'only one completion is made for a request').nullish(),
  echo: boolean.nullish(),
  logprobs: integer
    .refine((count) => count === 0, 'log probabilities are not available on this server')
    .nullish(),
  suffix: z
    .string()
    .refine((suffix) => suffix === '', 'a text to end before is not supported')
    .nullish(),
})
