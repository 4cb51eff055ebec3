import type { Engine } from '../../completion/engine.ts'
import type { CacheLedger } from '../../conversation/cache-ledger.ts'
import { type CachePlan, planCaching } from '../../conversation/cache-plan.ts'
import {
  type CacheableConversation,
  hasBreakpoint,
  promptOf,
} from '../../conversation/cacheable-conversation.ts'
import { uncachedInput } from '../../conversation/input-usage.ts'
import { ThinkingSignatures } from '../../conversation/thinking-signatures.ts'
import { editedConversation } from '../../serving/edited-conversation.ts'
import type { WorkSlices } from '../../util/work-slices.ts'
import { newMessageId } from '../../wire/completion-id.ts'
import { messageFormat } from '../../wire/messages/message-format.ts'
import { type MessagesParams, parseMessagesParams } from '../../wire/messages/messages-params.ts'
import type { ApiResponse } from '../api-response.ts'
import type { AppDependencies } from '../app-dependencies.ts'
import type { Caller } from '../guards/caller.ts'
import { messagesContext } from '../messages-context.ts'
import { readJsonBody } from '../read-json-body.ts'
import type { RequestContext } from '../request-context.ts'
import { respondWithCompletion } from '../respond-with-completion.ts'

/** The beta of those who know the stop reason of a full context window. */
const FULL_WINDOW = 'model-context-window-exceeded-2025-08-26'

/** `POST /v1/messages`: read, edit, start, and answer whole or as a stream. */
export function messagesRoute(dependencies: AppDependencies, ledger: CacheLedger) {
  const signatures = new ThinkingSignatures(dependencies.signatureSecret)

  return async function messages(context: RequestContext, caller: Caller): Promise<ApiResponse> {
    const body = await readJsonBody(context)
    const reading = messagesContext(context, dependencies, signatures)
    const params = await parseMessagesParams(body, reading)
    const { slices } = context
    const { signal } = context.request
    const { modelId } = params.request
    const engine = dependencies.engines.engineFor(modelId)
    const { conversation, appliedEdits } = await editedConversation(params, engine, signal)
    const plan = await cachePlan(conversation, params.request, { engine, caller, signal, slices })
    const format = messageFormat({
      id: newMessageId(),
      modelId,
      knowsFullWindow: reading.betas.has(FULL_WINDOW),
      appliedEdits,
      inputUsageOf: (promptTokens) => plan.commit(promptTokens),
      sign: (thinking) => signatures.sign(modelId, thinking),
    })
    const request = { ...params.request, prompt: promptOf(conversation) }
    return respondWithCompletion({ context, caller, request, stream: params.stream, format }, dependencies)
  }

  async function cachePlan(
    conversation: CacheableConversation,
    request: MessagesParams['request'],
    planning: {
      readonly engine: Engine
      readonly caller: Caller
      readonly signal: AbortSignal
      readonly slices: WorkSlices
    },
  ): Promise<CachePlan> {
    if (!hasBreakpoint(conversation)) return { commit: uncachedInput }
    const { engine, caller, signal, slices } = planning
    return planCaching(conversation, request, {
      ledger,
      scope: caller.cacheScope,
      minTokens: dependencies.minCachedTokens,
      slices,
      countTokens: (prompt) => engine.countTokens(prompt, signal),
    })
  }
}
