import type { ResponseFormat } from '../response-format.ts'
import { messageBody } from './message-body.ts'
import type { MessageOptions } from './message-options.ts'
import { MessageStreamWriter } from './message-stream.ts'

/** How `/v1/messages` shows a completion: as a message of content blocks. */
export function messageFormat(options: MessageOptions): ResponseFormat {
  return {
    body: (events) => messageBody(options, events),
    streamWriter: () => new MessageStreamWriter(options),
  }
}
