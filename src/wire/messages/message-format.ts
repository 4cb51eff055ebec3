import type { ResponseFormat } from '../response-format.ts'
import { messageBody } from './message-body.ts'
import type { MessageResponse } from './message-response.ts'
import { MessageStreamWriter } from './message-stream.ts'

/** How `/v1/messages` shows a completion: as a message of content blocks. */
export function messageFormat(answer: MessageResponse): ResponseFormat {
  return {
    body: (events) => messageBody(answer, events),
    streamWriter: () => new MessageStreamWriter(answer),
  }
}
