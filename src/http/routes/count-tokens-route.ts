import { promptOf } from '../../conversation/cacheable-conversation.ts'
import { editConversation } from '../../serving/edit-conversation.ts'
import { tokenCountBody } from '../../wire/messages/message-usage.ts'
import { parseCountTokensParams } from '../../wire/messages/messages-params.ts'
import { jsonResponse } from '../api-response.ts'
import { readApiHeaders } from '../read-api-headers.ts'
import { readJsonBody } from '../read-json-body.ts'
import type { Handler } from '../route.ts'
import { allowedCatalog } from './allowed-catalog.ts'
import { type MessagesDependencies, messagesBodyContext } from './messages-body-context.ts'

const TOKEN_COUNTING = 'token-counting-2024-11-01'

/** `POST /v1/messages/count_tokens`: the tokens of the prompt that `POST /v1/messages` makes of the same body. */
export function countTokensRoute(dependencies: MessagesDependencies): Handler {
  return async function countMessageTokens(context) {
    const { query, signal, headers: requestHeaders } = context.request
    const headers = readApiHeaders(requestHeaders, dependencies.rules)
    const body = await readJsonBody(context)
    const params = await parseCountTokensParams(
      body,
      messagesBodyContext(headers, context, {
        ...dependencies,
        catalog: allowedCatalog(dependencies.catalog, context.caller),
      }),
    )
    const engine = dependencies.engines.engineFor(params.modelId)
    const { conversation, originalTokens } = await editConversation(params, engine, signal)
    const tokens = await engine.countTokens(promptOf(conversation), signal)
    const isBeta = headers.betas.has(TOKEN_COUNTING) || new URLSearchParams(query).get('beta') === 'true'
    return jsonResponse(tokenCountBody(tokens, isBeta ? (originalTokens ?? tokens) : originalTokens))
  }
}
