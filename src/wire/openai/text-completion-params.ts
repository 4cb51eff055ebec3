import * as z from 'zod'
import { type CompletionRequest, NO_TOOLS_OR_THINKING } from '../../completion/completion-request.ts'
import type { EngineCapabilities } from '../../completion/engine.ts'
import type { Prompt } from '../../completion/prompt.ts'
import type { LogprobsRequest } from '../../completion/scored-token.ts'
import { boolean, checkBody, integer, invalidRequest, modelId, positiveCount } from '../body-schema.ts'
import type { ChatCompletionContext } from './chat-completion-params.ts'
import {
  GENERATION_FIELDS,
  MAX_TOP_LOGPROBS,
  type OpenAiCompletionParams,
  readGeneration,
  readStreaming,
} from './generation-fields.ts'
import { MAX_CHOICES, PROMPTS } from './text-prompts.ts'

/** OpenAI's default. */
const DEFAULT_MAX_TOKENS = 16

/** The body of `POST /v1/completions`, checked. */
export interface TextCompletionParams extends OpenAiCompletionParams {
  /** All completions of the response: those of the first prompt, then those of the next. */
  readonly choices: readonly CompletionRequest[]
  /** How many completions each prompt has. */
  readonly choicesPerPrompt: number
  /** Whether each completion starts with its prompt. */
  readonly echo: boolean
  /** How many of the likeliest tokens are named beside each token; null where no token is scored. */
  readonly topLogprobs: number | null
}

/**
 * Reads the body of `POST /v1/completions`: raw texts that the model continues. Unsupported fields that would change the
 * meaning of the response are refused; other unknown fields are ignored.
 *
 * @throws CompletionError `invalid-request` or `model-not-found`
 */
export function parseTextCompletionParams(
  body: object,
  context: Omit<ChatCompletionContext, 'rules'>,
): TextCompletionParams {
  const params = checkBody(body, TEXT_COMPLETION_SCHEMA)
  const resolvedId = context.resolveModel(params.model)
  const capabilities = context.capabilitiesOf(resolvedId)
  checkCapabilities(params, capabilities, resolvedId)
  const choicesPerPrompt = params.n ?? 1
  checkCounts(params, choicesPerPrompt)
  const shared = {
    modelId: resolvedId,
    ...readGeneration({ ...params, max_tokens: params.max_tokens ?? DEFAULT_MAX_TOKENS, n: null }),
    ...NO_TOOLS_OR_THINKING,
  }
  const choices = params.prompt.flatMap((prompt) => {
    const logprobs = logprobsOf(params, prompt)
    const request = { ...shared, prompt, ...(logprobs === null ? {} : { logprobs }) }
    return Array.from({ length: choicesPerPrompt }, () => request)
  })
  const [request] = choices
  if (request === undefined) throw invalidRequest('prompt: Field required')
  return {
    request,
    choices,
    choicesPerPrompt,
    ...readStreaming({ ...params, n: null }),
    echo: params.echo ?? false,
    topLogprobs: params.logprobs ?? null,
  }
}

type Params = z.infer<typeof TEXT_COMPLETION_SCHEMA>

function checkCapabilities(params: Params, capabilities: EngineCapabilities, id: string): void {
  if (!capabilities.rawPrompts) {
    throw invalidRequest(
      `prompt: model '${id}' takes turns, not a text: use /v1/chat/completions or /v1/messages.`,
    )
  }
  const { logprobs = 'none' } = capabilities
  const requests = params.prompt.map((prompt) => logprobsOf(params, prompt)).filter((one) => one !== null)
  if (requests.length > 0 && logprobs === 'none') {
    throw invalidRequest(`logprobs: the engine of model '${id}' has no log probabilities`)
  }
  if (requests.some(({ ofPrompt }) => ofPrompt) && logprobs !== 'prompt') {
    throw invalidRequest(`echo: the engine of model '${id}' has no log probabilities of prompts`)
  }
}

function checkCounts({ prompt, best_of, max_tokens, echo }: Params, choicesPerPrompt: number): void {
  if ((best_of ?? choicesPerPrompt) !== choicesPerPrompt) {
    throw invalidRequest('best_of: this server does not rank completions: send as many as `n`')
  }
  if (prompt.length * choicesPerPrompt > MAX_CHOICES) {
    throw invalidRequest(
      `n: at most ${MAX_CHOICES} completions are made for a request, not ${choicesPerPrompt} for each of ${prompt.length} prompts`,
    )
  }
  // A harness that scores a prompt wants nothing more.
  if (max_tokens === 0 && !echo) throw invalidRequest('max_tokens: 0 is for `echo` alone')
}

/** The text of a prompt that came as tokens is known by its tokens alone. */
function logprobsOf({ logprobs, echo }: Params, prompt: Prompt): LogprobsRequest | null {
  const isScored = typeof logprobs === 'number'
  if (!isScored && !(echo && prompt.tokens !== undefined)) return null
  return { top: logprobs ?? 0, ofPrompt: echo ?? false }
}

/** The body of the route. */
export const TEXT_COMPLETION_SCHEMA = z.object({
  model: modelId,
  prompt: PROMPTS,
  ...GENERATION_FIELDS,
  max_tokens: z.union([z.literal(0), GENERATION_FIELDS.max_tokens], {
    error: 'Input should be greater than or equal to 0',
  }),
  n: positiveCount.nullish(),
  best_of: integer.nullish(),
  echo: boolean.nullish(),
  logprobs: integer
    .min(0, 'Input should be greater than or equal to 0')
    .max(MAX_TOP_LOGPROBS, `Input should be less than or equal to ${MAX_TOP_LOGPROBS}`)
    .nullish(),
  suffix: z
    .string()
    .refine((suffix) => suffix === '', 'a text to end before is not supported')
    .nullish(),
})
