import { promptOf } from '../../conversation/cacheable-conversation.ts'
import { ThoughtSignatures } from '../../conversation/thinking-signatures.ts'
import { editedConversation } from '../../serving/edited-conversation.ts'
import { parseCountTokensParams } from '../../wire/messages/messages-params.ts'
import { tokenCountBody } from '../../wire/messages/token-count-body.ts'
import { type Answer, jsonAnswer } from '../api-response.ts'
import type { AppDependencies } from '../app-dependencies.ts'
import { messagesContext } from '../messages-context.ts'
import { readJsonBody } from '../read-json-body.ts'
import type { RequestContext } from '../request-context.ts'
import { demandReadiness } from '../respond-with-completion.ts'

/** `POST /v1/messages/count_tokens`: the tokens of the prompt that `POST /v1/messages` makes of the same body. */
export function countTokensRoute(dependencies: AppDependencies) {
  const signatures = new ThoughtSignatures(dependencies.signatureSecret)

  return async function countMessageTokens(context: RequestContext): Promise<Answer> {
    const body = await readJsonBody(context)
    const reading = messagesContext(context, dependencies, signatures)
    const params = await parseCountTokensParams(body, reading)
    demandReadiness(dependencies)
    const { modelId } = params
    const { signal } = context.request
    const { conversation, originalTokens } = await editedConversation(modelId, params, dependencies, signal)
    const tokens = await dependencies.countTokens(modelId, promptOf(conversation), signal)
    const isBeta =
      reading.betas.has('token-counting-2024-11-01') ||
      new URLSearchParams(context.request.query).get('beta') === 'true'
    return jsonAnswer(tokenCountBody(tokens, isBeta ? (originalTokens ?? tokens) : originalTokens))
  }
}
