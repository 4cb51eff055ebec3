import { newMessageId } from '../wire/completion-id.ts'
import { parseJsonBody } from '../wire/json-body.ts'
import { messageFormat } from '../wire/messages/message-format.ts'
import { uncachedShares } from '../wire/messages/message-usage.ts'
import { parseMessagesParams } from '../wire/messages/messages-params.ts'
import { ThoughtSignatures } from '../wire/messages/thought-signatures.ts'
import { answerCompletion } from './answer-completion.ts'
import type { AppDependencies } from './app-dependencies.ts'
import { messagesContext } from './messages-context.ts'
import type { RequestBodyReader } from './request-body-reader.ts'
import type { RequestContext } from './request-context.ts'

/** The beta of those who know the stop reason of a full context window. */
const FULL_WINDOW = 'model-context-window-exceeded-2025-08-26'

/** `POST /v1/messages`: read, start, and answer whole or as a stream. */
export function messagesRoute(dependencies: AppDependencies, bodyReader: RequestBodyReader) {
  const signatures = new ThoughtSignatures(dependencies.signatureSecret)

  return async function messages(context: RequestContext): Promise<Response> {
    const body = await bodyReader.read(context.req.raw, parseJsonBody)
    const reading = messagesContext(context, dependencies, signatures)
    const { request, stream } = parseMessagesParams(body, reading)
    const { modelId } = request
    const format = messageFormat({
      id: newMessageId(),
      modelId,
      knowsFullWindow: reading.betas.has(FULL_WINDOW),
      sharesOf: uncachedShares,
      sign: (thought) => signatures.sign(modelId, thought),
    })
    return answerCompletion({ context, request, stream, format }, dependencies)
  }
}
