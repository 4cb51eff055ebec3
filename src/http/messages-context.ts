import type { ThinkingSignatures } from '../conversation/thinking-signatures.ts'
import { readBetas } from '../wire/anthropic-beta.ts'
import type { MessagesContext } from '../wire/messages/messages-params.ts'
import type { AppDependencies } from './app-dependencies.ts'
import type { RequestContext } from './request-context.ts'

/** What headers and settings say to a body of the Messages API. */
export function messagesContext(
  { slices, version, request }: RequestContext,
  { catalog, rules, engines }: AppDependencies,
  signatures: ThinkingSignatures,
): MessagesContext {
  const betas = readBetas(request.headers.get('anthropic-beta'))
  return {
    slices,
    version,
    betas,
    rules,
    catalog,
    signatures,
    capabilitiesOf: (modelId) => engines.engineFor(modelId).capabilities,
    contextWindowOf: (modelId) => engines.engineFor(modelId).contextWindowTokens,
  }
}
