import type { AdmissionRequest, Admit, AdmittedRequest } from '../completion/admission.ts'
import type { Caller } from '../completion/caller.ts'
import type { CitableSource } from '../completion/citation.ts'
import { CompletionError } from '../completion/completion-error.ts'
import type { CompletionRequest } from '../completion/completion-request.ts'
import type { Engine } from '../completion/engine.ts'
import type { TraceContext } from '../completion/trace-context.ts'
import type { CacheLedger } from '../conversation/cache-ledger.ts'
import { type CachePlan, NO_CACHING, planCaching } from '../conversation/cache-plan.ts'
import {
  type CacheableConversation,
  hasBreakpoint,
  promptOf,
} from '../conversation/cacheable-conversation.ts'
import type { AppliedEdit, ContextEdit } from '../conversation/context-edit.ts'
import { conversationUnits } from '../conversation/conversation-units.ts'
import { ReportedCaching } from '../conversation/reported-caching.ts'
import { type TokenObserver, UsageMeter } from '../usage/usage-meter.ts'
import type { ServedApi, UsageRecord } from '../usage/usage-record.ts'
import { WorkSlices } from '../util/work-slices.ts'
import { editConversation } from './edit-conversation.ts'
import type { EngineDirectory } from './engine-directory.ts'
import { ServedCompletion } from './served-completion.ts'

/** A conversation whose prompt is made once it is edited. */
export interface ConversationInput {
  readonly conversation: CacheableConversation
  /** Applied first; null if none were requested. */
  readonly edits: readonly ContextEdit[] | null
  /** All but the prompt. */
  readonly request: Omit<CompletionRequest, 'prompt'>
  /** What the reply may cite; none where left out. */
  readonly citable?: readonly CitableSource[]
}

/** What is to be completed. */
export type CompletionInput = ConversationInput | { readonly request: CompletionRequest }

/** A completion that a caller requests, checked, by whatever API. */
export interface ServingRequest {
  readonly requestId: string
  readonly caller: Caller
  readonly api: ServedApi
  /** Whether the response is streamed. */
  readonly isStream: boolean
  /** Whether it may be served with priority. */
  readonly allowsPriority: boolean
  /** Null where the request belongs to no trace. */
  readonly trace: TraceContext | null
  /** As `CompletionRequest.testName`. */
  readonly testName?: string
  readonly input: CompletionInput
  /** Stands between the request and its engine. */
  readonly transformEngine?: (engine: Engine) => Engine
}

/** What completions are served with. */
export interface ServingDependencies {
  readonly engines: Pick<EngineDirectory, 'find'>
  /** What prompt caching is charged by. */
  readonly ledger: CacheLedger
  /** The shortest prefix that is cached. */
  readonly minCachedTokens: number
  /** Throws to refuse a request before any work is done for it; returns a promise only where it must wait. */
  readonly checkRecording?: (servingRequest: ServingRequest) => void | Promise<void>
  /** Admits requests within the limits of their callers; without it there are none. */
  readonly admit?: Admit
  /** What a completion costs, in nano-dollars. */
  readonly costOf?: (record: UsageRecord) => number
  /**
   * Called once for each request that reached an engine, before its reader sees its end or its error, which wait for a
   * promise that it returns.
   */
  readonly recordUsage: (record: UsageRecord) => void | Promise<void>
  /** Makes the observer of one completion's tokens. */
  readonly tokenObserver?: (modelId: string) => TokenObserver
  /** A monotonic clock, in milliseconds. */
  readonly nowMs: () => number
}

/** A request as its engine gets it. */
interface PreparedRequest {
  readonly request: CompletionRequest
  readonly appliedEdits: readonly AppliedEdit[] | null
  readonly plan: CachePlan
}

/**
 * Serves a completion: finds the engine, admits the request, edits the conversation, plans what is charged as cached, and
 * returns the events of the engine, which are metered and recorded. Every completion is served by this function.
 *
 * @throws CompletionError `model-not-found` for a model that the caller may not use; `not-ready` while the engine is
 *   loading; what `checkRecording` and `admit` throw; as `Engine.countTokens`
 */
export async function serveCompletion(
  servingRequest: ServingRequest,
  signal: AbortSignal,
  dependencies: ServingDependencies,
): Promise<ServedCompletion> {
  const { requestId, caller, api, isStream, trace, testName } = servingRequest
  const { modelId } = servingRequest.input.request
  checkAllowedModel(modelId, caller)
  const { engine: found, name, model } = dependencies.engines.find(modelId)
  const engine = servingRequest.transformEngine?.(found) ?? found
  const checking = dependencies.checkRecording?.(servingRequest)
  if (checking !== undefined) await checking
  const admitting = dependencies.admit?.(admissionRequestOf(servingRequest))
  const admitted = (admitting instanceof Promise ? await admitting : admitting) ?? null
  const { request, appliedEdits, plan } = await prepareOrRelease(
    servingRequest,
    engine,
    signal,
    dependencies,
    admitted,
  )
  const serviceTier = admitted?.serviceTier ?? 'standard'
  const identity = {
    requestId,
    caller,
    api,
    isStream,
    serviceTier,
    modelId,
    engine: name,
    engineModel: model,
  }
  const { input } = servingRequest
  return new ServedCompletion({
    engine,
    citable: 'citable' in input ? (input.citable ?? []) : [],
    request: {
      ...request,
      cacheScope: caller.cacheScope,
      ...(trace === null ? {} : { trace }),
      ...(testName === undefined ? {} : { testName }),
      ...(serviceTier === 'batch' ? { isBackground: true } : {}),
    },
    signal,
    appliedEdits,
    plan,
    meter: new UsageMeter(identity, dependencies.nowMs, dependencies.tokenObserver?.(modelId)),
    limits: admitted,
    recordUsage: dependencies.recordUsage,
    costOf: dependencies.costOf ?? (() => 0),
  })
}

function admissionRequestOf({ caller, allowsPriority, input }: ServingRequest): AdmissionRequest {
  return {
    caller,
    modelId: input.request.modelId,
    allowsPriority,
    promptUnits: () =>
      'conversation' in input ? conversationUnits(input.conversation) : input.request.prompt.text.length,
  }
}

async function prepareOrRelease(
  servingRequest: ServingRequest,
  engine: Engine,
  signal: AbortSignal,
  dependencies: ServingDependencies,
  admitted: AdmittedRequest | null,
): Promise<PreparedRequest> {
  try {
    return await prepare(servingRequest, engine, signal, dependencies)
  } catch (error) {
    admitted?.use({ promptTokens: 0, cacheReadTokens: 0, completionTokens: 0 })
    admitted?.release()
    throw error
  }
}

/** To a key that may not use it, a model is one that there is not. */
function checkAllowedModel(modelId: string, { allowedModels }: Caller): void {
  if (allowedModels === null || allowedModels.has(modelId)) return
  throw new CompletionError('model-not-found', `model: ${modelId}`)
}

async function prepare(
  { input, caller }: ServingRequest,
  engine: Engine,
  signal: AbortSignal,
  { ledger, minCachedTokens }: ServingDependencies,
): Promise<PreparedRequest> {
  const { reportsCaching = false } = engine
  const unplanned = reportsCaching ? new ReportedCaching() : NO_CACHING
  if (!('conversation' in input)) return { request: input.request, appliedEdits: null, plan: unplanned }
  const { conversation, appliedEdits } = await editConversation(input, engine, signal)
  const slices = new WorkSlices(signal)
  const isPlanned = !reportsCaching && hasBreakpoint(conversation)
  const plan = isPlanned
    ? await planCaching(conversation, input.request, {
        ledger,
        scope: caller.cacheScope,
        minTokens: minCachedTokens,
        slices,
        countTokens: (prompt) => engine.countTokens(prompt, signal),
      })
    : unplanned
  const prompt = promptOf(conversation, reportsCaching)
  if (slices.isOver) await slices.next()
  return { request: { ...input.request, prompt }, appliedEdits, plan }
}
