import { promptOf } from '../../conversation/cacheable-conversation.ts'
import { ThinkingSignatures } from '../../conversation/thinking-signatures.ts'
import { editedConversation } from '../../serving/edited-conversation.ts'
import { parseCountTokensParams } from '../../wire/messages/messages-params.ts'
import { tokenCountBody } from '../../wire/messages/token-count-body.ts'
import { type ApiResponse, jsonResponse } from '../api-response.ts'
import type { AppDependencies } from '../app-dependencies.ts'
import { messagesContext } from '../messages-context.ts'
import { readJsonBody } from '../read-json-body.ts'
import type { RequestContext } from '../request-context.ts'

/** `POST /v1/messages/count_tokens`: the tokens of the prompt that `POST /v1/messages` makes of the same body. */
export function countTokensRoute(dependencies: AppDependencies) {
  const signatures = new ThinkingSignatures(dependencies.signatureSecret)

  return async function countMessageTokens(context: RequestContext): Promise<ApiResponse> {
    const body = await readJsonBody(context)
    const reading = messagesContext(context, dependencies, signatures)
    const params = await parseCountTokensParams(body, reading)
    const { modelId } = params
    const { signal } = context.request
    const engine = dependencies.engines.engineFor(modelId)
    const { conversation, originalTokens } = await editedConversation(params, engine, signal)
    const tokens = await engine.countTokens(promptOf(conversation), signal)
    const isBeta =
      reading.betas.has('token-counting-2024-11-01') ||
      new URLSearchParams(context.request.query).get('beta') === 'true'
    return jsonResponse(tokenCountBody(tokens, isBeta ? (originalTokens ?? tokens) : originalTokens))
  }
}
