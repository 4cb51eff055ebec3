import type { ResponseFormat } from '../response-format.ts'
import { messageBody } from './message-body.ts'
import type { MessageOptions } from './message-options.ts'
import { MessageStreamWriter } from './message-stream.ts'

export function messageFormat(options: MessageOptions): ResponseFormat {
  return {
    body: (events) => messageBody(options, events),
    streamWriter: () => new MessageStreamWriter(options),
  }
}
