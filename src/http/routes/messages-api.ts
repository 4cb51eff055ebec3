import { newMessageId } from '../../wire/completion-id.ts'
import { containerBody } from '../../wire/messages/container-body.ts'
import { messageBody } from '../../wire/messages/message-body.ts'
import type { MessageOptions } from '../../wire/messages/message-options.ts'
import { MessageStreamWriter } from '../../wire/messages/message-stream.ts'
import { type MessagesParams, parseMessagesParams } from '../../wire/messages/messages-params.ts'
import type { NewestFields } from '../../wire/messages/newest-fields.ts'
import { readApiHeaders } from '../read-api-headers.ts'
import { readJsonBody } from '../read-json-body.ts'
import type { CompletionApi } from './completion-route.ts'
import { type MessagesDependencies, messagesBodyContext } from './messages-body-context.ts'

/** The beta whose clients know the stop reason of a full context window; those of the newest version do too. */
const FULL_WINDOW = 'model-context-window-exceeded-2025-08-26'

/** `POST /v1/messages`. */
export function messagesApi(
  dependencies: MessagesDependencies & { readonly checkMessagesBody?: (body: object) => void },
): CompletionApi<
  MessagesParams & { readonly knowsFullWindow: boolean; readonly newest: NewestFields | null }
> {
  const { rules, signatures } = dependencies
  return {
    name: 'messages',
    async parse(context) {
      const headers = readApiHeaders(context.request.headers, rules)
      const body = await readJsonBody(context)
      dependencies.checkMessagesBody?.(body)
      const params = await parseMessagesParams(body, messagesBodyContext(headers, context, dependencies))
      const isNewest = headers.version === '2026-10-21'
      return {
        ...params,
        knowsFullWindow: isNewest || headers.betas.has(FULL_WINDOW),
        newest: isNewest ? { inferenceGeo: params.inferenceGeo } : null,
      }
    },
    format(parsed, served) {
      const { conversation, documentFileIds, skills, knowsFullWindow, newest, omitsThinking } = parsed
      const { modelId } = parsed.request
      const toolsets = new Map(conversation.tools.map(({ block }) => [block.name, block.toolset]))
      const options: MessageOptions = {
        id: newMessageId(),
        modelId,
        knowsFullWindow,
        newest,
        omitsThinking,
        container: containerBody(skills, Date.now()),
        documentFileIds,
        toolsetOf: (name) => toolsets.get(name),
        serviceTier: served.serviceTier,
        appliedEdits: served.appliedEdits,
        inputUsageOf: (promptTokens: number) => served.inputUsageOf(promptTokens),
        sign: (thinking: string) => signatures.sign(modelId, thinking),
      }
      return {
        body: (events) => messageBody(options, events),
        streamWriter: () => new MessageStreamWriter(options),
      }
    },
  }
}
