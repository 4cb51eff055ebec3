import type * as z from 'zod'
import type { CompletionRequest } from '../../../completion/completion-request.ts'
import type { EngineCapabilities } from '../../../completion/engine.ts'
import type { Prompt } from '../../../completion/prompt.ts'
import type { OnWarning, ResponseDecoder } from '../decoding/response-decoder.ts'
import type { ResponseOrigin } from '../transport/read-upstream-error.ts'
import type { UpstreamRequest } from '../transport/upstream-request.ts'
import type { AdaptationName } from './body-adaptations.ts'
import type { UpstreamSettings } from './upstream-settings.ts'

/** The API of an upstream, in both directions. Strict in what it sends, lenient in what it reads. */
export interface UpstreamDialect<Settings extends UpstreamSettings = UpstreamSettings> {
  /** The section of the configuration file, with its `kind`, defaults and descriptions. */
  readonly settingsSchema: z.ZodType<Settings>
  /** What the upstream can do: as its settings say, else as its server usually can. */
  capabilities(settings: Settings): EngineCapabilities
  createRequestEncoder(settings: Settings, onWarning: OnWarning): RequestEncoder
  createResponseReader(settings: Settings, onWarning: OnWarning): ResponseReader
}

/** Encodes requests for one upstream. */
export interface RequestEncoder {
  /** What is sent of a prompt: its text, or its turns. */
  readonly promptShape: 'text' | 'turns'
  /** Whether the upstream refuses a prompt that is too long with a text that says so. */
  readonly refusesLongPrompts: boolean
  /** Whether the upstream silently drops a part of a prompt that is too long. */
  readonly cutsLongPrompts: boolean
  /** Whether a refused count may only mean that this release of the server cannot count. */
  readonly countMayBeRefused: boolean
  /** What the server needs from the start. */
  readonly adaptations: readonly AdaptationName[]
  /** @param apiKey undefined sends none */
  headers(apiKey: string | undefined): Readonly<Record<string, string>>
  /** @param adaptations known of the upstream; the body is adapted afterwards */
  completionRequest(request: CompletionRequest, adaptations?: ReadonlySet<AdaptationName>): UpstreamRequest
  /** Null when this upstream cannot count the tokens of a prompt. */
  countRequest(prompt: Prompt): UpstreamRequest | null
  /**
   * After how many tokens of thinking the engine ends it and asks for the rest without; null where the upstream keeps
   * to a budget by itself, or where thinking cannot be switched off.
   */
  sufficientThinkingTokens(request: CompletionRequest): number | null
}

/** Reads the responses of one upstream. */
export interface ResponseReader {
  /** Whether the server caches prompts as they ask and charges for them: what it reports is then what is charged. */
  readonly reportsCaching: boolean
  /** Whether a response may repeat the prefill before it continues. */
  readonly mayEchoPrefill: boolean
  decoder(request: CompletionRequest, origin: ResponseOrigin): ResponseDecoder
  /** Reads the response to a count request; null when it holds no count. */
  readCount(response: unknown): PromptCount | null
}

/** What an upstream counted. */
export interface PromptCount {
  readonly promptTokens: number
  /** Null when the response does not say. */
  readonly contextWindowTokens: number | null
}
