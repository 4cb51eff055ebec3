import type { ResponseFormat } from '../response-format.ts'
import { type CompletionIdentity, completeResponse } from './complete-response.ts'
import { completeStopReason, NOT_ENDED } from './complete-stop-reason.ts'
import { completeStreamWriter } from './complete-stream.ts'

/** How `/v1/complete` shows a completion: as one text. */
export function completeResponseFormat(identity: CompletionIdentity): ResponseFormat {
  return {
    body(events) {
      let text = ''
      let ending = NOT_ENDED
      for (const event of events) {
        if (event.type === 'text-delta') text += event.text
        if (event.type === 'completion-end') ending = completeStopReason(event)
      }
      return completeResponse(identity, text, ending)
    },
    streamWriter: () => completeStreamWriter(identity),
  }
}
