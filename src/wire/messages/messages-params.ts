import type { CitableSource } from '../../completion/citation.ts'
import type { CompletionRequest } from '../../completion/completion-request.ts'
import type { EngineCapabilities } from '../../completion/engine.ts'
import type { CacheableConversation } from '../../conversation/cacheable-conversation.ts'
import type { ContextEdit } from '../../conversation/context-edit.ts'
import type { ThinkingSignatures } from '../../conversation/thinking-signatures.ts'
import type { ModelCatalog } from '../../models/model-catalog.ts'
import type { WorkSlices } from '../../util/work-slices.ts'
import type { ApiVersion } from '../api-version.ts'
import { checkBody, invalidRequest, LARGEST_COUNT, refuseMinusOne } from '../body-schema.ts'
import { checkUserId } from '../check-user-id.ts'
import { readSampling } from '../read-sampling.ts'
import type { BlockContext, MessagesRules } from './block-context.ts'
import { checkThinking } from './check-thinking.ts'
import type { DocumentSources } from './document-sources.ts'
import { COUNT_TOKENS_SCHEMA, MESSAGES_SCHEMA } from './messages-schema.ts'
import { type FindSkill, readContainer, type UsedSkill } from './read-container.ts'
import { readContextEdits } from './read-context-edits.ts'
import { readConversation } from './read-conversation.ts'
import { RequestDocuments } from './request-documents.ts'
import { resolveSources } from './resolve-sources.ts'

const INTERLEAVED_THINKING = 'interleaved-thinking-2025-05-14'

/** What the request's headers and the server's settings add to the body. */
export interface MessagesContext {
  /** The time that reading takes in the event loop. */
  readonly slices: WorkSlices
  readonly version: ApiVersion
  /** The names in `anthropic-beta`. */
  readonly betas: ReadonlySet<string>
  readonly rules: MessagesRules & { readonly checkUserId: boolean }
  readonly catalog: ModelCatalog
  readonly signatures: ThinkingSignatures
  /** @throws CompletionError `overloaded` while the model is loading */
  readonly capabilitiesOf: (modelId: string) => EngineCapabilities
  /** As `capabilitiesOf`: most tokens of prompt and completion together. */
  readonly contextWindowOf: (modelId: string) => number
  /** Left out where messages cannot use skills. */
  readonly findSkill?: FindSkill
  /** Where documents come from that are not in the body. */
  readonly documents: DocumentSources
}

/** The body of `POST /v1/messages`, checked. */
export interface MessagesParams {
  readonly conversation: CacheableConversation
  /** The edits to apply to the conversation; null if the request has none. */
  readonly edits: readonly ContextEdit[] | null
  readonly request: Omit<CompletionRequest, 'prompt'>
  /** Whether the response is streamed. */
  readonly stream: boolean
  /** Whether it may be served with priority. */
  readonly allowsPriority: boolean
  /** Whether the response leaves the text of thinking out. */
  readonly omitsThinking: boolean
  /** Null where it uses none. */
  readonly skills: readonly UsedSkill[] | null
  /** What the reply may cite. */
  readonly citable: readonly CitableSource[]
  /** The file of each document; null for one of another source. */
  readonly documentFileIds: readonly (string | null)[]
  /** Where the model is asked to run. */
  readonly inferenceGeo: string
}

/** The body of `POST /v1/messages/count_tokens`, checked. */
export interface CountTokensParams {
  readonly modelId: string
  readonly conversation: CacheableConversation
  /** As in {@link MessagesParams}. */
  readonly edits: readonly ContextEdit[] | null
}

/**
 * Reads the body of `POST /v1/messages`. Only the first error is reported.
 *
 * @throws CompletionError `invalid-request` or `model-not-found`; `overloaded` while the model is loading, if what it
 *   can do matters
 * @see the API's reference, "Messages": body parameters
 */
export async function parseMessagesParams(body: object, context: MessagesContext): Promise<MessagesParams> {
  const { version, rules } = context
  if (rules.strictVersions && version === '2026-10-21') refuseSamplingParams(body)
  if (rules.strictRequests) refuseMinusOne(body)
  const params = checkBody(body, MESSAGES_SCHEMA)
  checkUserId(params.metadata?.user_id, rules)
  const skills = await readContainer(params.container, rules, context.findSkill)
  const blocks = await blockContext(params, context)
  const read = await readConversation(params, blocks, skills)
  if (rules.checkThinking) checkThinking(params, read, context.betas.has(INTERLEAVED_THINKING))
  if (rules.refuseExcessTokens) refuseExcessTokens(params.max_tokens, blocks.modelId, context)
  const { conversation, omitsThinking, ...toolsAndThinking } = read
  const request = {
    modelId: blocks.modelId,
    maxTokens: Math.min(params.max_tokens, LARGEST_COUNT),
    stopSequences: params.stop_sequences ?? [],
    sampling: readSampling(params),
    ...toolsAndThinking,
  }
  const edits = readContextEdits(params.context_management, conversation.isThinkingEnabled, rules)
  const allowsPriority = params.service_tier !== 'standard_only'
  return {
    conversation,
    edits,
    request,
    stream: params.stream ?? false,
    allowsPriority,
    omitsThinking,
    skills,
    citable: blocks.documents.citable,
    documentFileIds: blocks.documents.fileIds,
    inferenceGeo: params.inference_geo === 'us' ? 'us' : 'global',
  }
}

/**
 * Reads the body of `POST /v1/messages/count_tokens`. Only the first error is reported.
 *
 * @throws CompletionError as {@link parseMessagesParams}
 * @see the API's reference, "Count tokens in a Message"
 */
export async function parseCountTokensParams(
  body: object,
  context: MessagesContext,
): Promise<CountTokensParams> {
  const params = checkBody(body, COUNT_TOKENS_SCHEMA)
  const skills = await readContainer(params.container, context.rules, context.findSkill)
  const blocks = await blockContext(params, context)
  const { conversation } = await readConversation(params, blocks, skills)
  const edits = readContextEdits(params.context_management, conversation.isThinkingEnabled, context.rules)
  return { modelId: blocks.modelId, conversation, edits }
}

async function blockContext(
  { model, messages }: { readonly model: string; readonly messages: readonly unknown[] },
  context: MessagesContext,
): Promise<BlockContext> {
  const { slices, version, rules, signatures, capabilitiesOf, contextWindowOf } = context
  const modelId = context.catalog.resolve(model)
  const capabilities = () => capabilitiesOf(modelId)
  const resolved = await resolveSources(messages, {
    documents: context.documents,
    slices,
    capabilities,
    contextWindowTokens: () => contextWindowOf(modelId),
  })
  const documents = new RequestDocuments(resolved)
  return { slices, version, rules, modelId, signatures, capabilities, documents }
}

/** Local models limit their output by the context window alone. */
function refuseExcessTokens(maxTokens: number, modelId: string, { contextWindowOf }: MessagesContext): void {
  const windowTokens = contextWindowOf(modelId)
  if (maxTokens <= windowTokens) return
  throw invalidRequest(
    `max_tokens: ${maxTokens} > ${windowTokens}, which is the maximum allowed number of output tokens for ${modelId}`,
  )
}

function refuseSamplingParams(body: object): void {
  for (const name of ['temperature', 'top_p', 'top_k']) {
    if (name in body) throw invalidRequest(`${name}: Extra inputs are not permitted`)
  }
}
