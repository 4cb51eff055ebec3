import type { AnswerFormat } from '../response-format.ts'
import { messageBody } from './message-body.ts'
import type { MessageAnswer } from './message-response.ts'
import { MessageStreamWriter } from './message-stream.ts'

/** How `/v1/messages` shows a completion: as a message of content blocks. */
export function messageFormat(answer: MessageAnswer): AnswerFormat {
  return {
    body: (events) => messageBody(answer, events),
    streamWriter: () => new MessageStreamWriter(answer),
  }
}
