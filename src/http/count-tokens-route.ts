import { promptOf } from '../completion/marked-conversation.ts'
import { parseJsonBody } from '../wire/json-body.ts'
import { parseCountTokensParams } from '../wire/messages/messages-params.ts'
import { ThoughtSignatures } from '../wire/messages/thought-signatures.ts'
import { demandReadiness } from './answer-completion.ts'
import type { AppDependencies } from './app-dependencies.ts'
import { messagesContext } from './messages-context.ts'
import type { RequestBodyReader } from './request-body-reader.ts'
import type { RequestContext } from './request-context.ts'

/** `POST /v1/messages/count_tokens`: the tokens of the prompt that `POST /v1/messages` makes of the same body. */
export function countTokensRoute(dependencies: AppDependencies, bodyReader: RequestBodyReader) {
  const signatures = new ThoughtSignatures(dependencies.signatureSecret)

  return async function countMessageTokens(context: RequestContext): Promise<Response> {
    const body = await bodyReader.read(context.req.raw, parseJsonBody)
    const reading = messagesContext(context, dependencies, signatures)
    const { modelId, conversation } = parseCountTokensParams(body, reading)
    demandReadiness(dependencies)
    const { signal } = context.req.raw
    const inputTokens = await dependencies.countTokens(modelId, promptOf(conversation), signal)
    return Response.json({ input_tokens: inputTokens })
  }
}
