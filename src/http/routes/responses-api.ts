import type { CacheScope } from '../../completion/cache-scope.ts'
import type { ChatCompletionContext } from '../../wire/openai/chat-completion-params.ts'
import { RecentItems } from '../../wire/openai/responses/recent-items.ts'
import { responsesFormat } from '../../wire/openai/responses/responses-format.ts'
import { parseResponsesParams, type ResponsesParams } from '../../wire/openai/responses/responses-params.ts'
import { bodyCostsOf, readJsonBody } from '../read-json-body.ts'
import { HELD_BYTES_PER_BODY_BYTE } from '../request-memory.ts'
import type { CompletionApi } from './completion-route.ts'

type ParsedResponse = ResponsesParams & { readonly scope: CacheScope }

/** `POST /v1/responses`, for OpenAI's clients. */
export function responsesApi(reading: ChatCompletionContext): CompletionApi<ParsedResponse> {
  const items = new RecentItems()
  return {
    name: 'openai-responses',
    async parse(context) {
      const { cacheScope: scope } = context.caller
      const body = await readJsonBody(context)
      const costs = bodyCostsOf(context)
      const findItem = (id: string) => {
        const part = items.find(scope, id)
        // A body that names an item is as large as one that holds it, each time that it does.
        if (part !== undefined) context.memory.hold(items.unitsOf(id) * HELD_BYTES_PER_BODY_BYTE)
        return part
      }
      return { ...(await parseResponsesParams(body, { ...reading, costs, findItem })), scope }
    },
    format({ request: { modelId }, scope, store, customTools, namespacedNames, echoed }) {
      return responsesFormat({
        modelId,
        store,
        customTools,
        namespacedNames,
        echoed,
        nowMs: Date.now(),
        keepItem: (id, part, units) => items.add(scope, id, part, units),
      })
    },
  }
}
