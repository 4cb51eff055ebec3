import type { CompletionEvent } from '../../completion/completion-event.ts'
import { isFirstVersion } from '../api-version.ts'
import { errorBody } from '../error-body.ts'
import type { StreamWriter } from '../response-format.ts'
import { asciiJson, serverSentEvent } from '../server-sent-event.ts'
import { type CompletionIdentity, completeResponse } from './complete-response.ts'
import { completeStopReason, NOT_ENDED } from './complete-stop-reason.ts'

/**
 * The writer for a version of the API.
 *
 * @see the API's reference, "Streaming Text Completions" and "Versions"
 */
export function completeStreamWriter(identity: CompletionIdentity): StreamWriter {
  return isFirstVersion(identity.version) ? cumulativeWriter(identity) : incrementalWriter(identity)
}

/** Since 2023-06-01: named events, each with the text that is new. The stream ends with its last event. */
function incrementalWriter(identity: CompletionIdentity): StreamWriter {
  const ping = () => serverSentEvent('ping', '{"type": "ping"}', '\r\n')
  return {
    open: ping,
    write: (events) => events.map(writeOne).join(''),
    ping,
    error: (error, requestId) => serverSentEvent('error', asciiJson(errorBody(error, requestId)), '\r\n'),
  }

  function writeOne(event: CompletionEvent): string {
    if (event.type === 'completion-end') return completionEvent('', completeStopReason(event))
    if (event.type === 'text-delta' && event.text !== '') return completionEvent(event.text, NOT_ENDED)
    return ''
  }

  function completionEvent(text: string, ending: typeof NOT_ENDED): string {
    return serverSentEvent('completion', asciiJson(completeResponse(identity, text, ending)), '\r\n')
  }
}

/** Up to this length the text is sent again with every addition. */
const SHORT_TEXT_UNITS = 4_096
/** A longer text is sent again once this share of it is new: otherwise a stream would grow quadratically. */
const MAX_REPETITIONS = 256

/**
 * 2023-01-01: data alone, each with the whole text so far, and `[DONE]` after the last. Its Python client takes any
 * line but `event: ping` and what follows it for data.
 */
function cumulativeWriter(identity: CompletionIdentity): StreamWriter {
  let textSoFar = ''
  let sentUnits = 0
  const ping = () => serverSentEvent('ping', '{}', '\n')
  return {
    open: ping,
    write(events) {
      for (const event of events) if (event.type === 'text-delta') textSoFar += event.text
      const end = events.find((event) => event.type === 'completion-end')
      if (end !== undefined) return data(asciiJson(body(completeStopReason(end)))) + data('[DONE]')
      // However many deltas came together, the last of their cumulative events says all.
      const newUnits = textSoFar.length - sentUnits
      if (newUnits === 0 || newUnits * MAX_REPETITIONS < textSoFar.length - SHORT_TEXT_UNITS) return ''
      sentUnits = textSoFar.length
      return data(asciiJson(body(NOT_ENDED)))
    },
    ping,
    // That format has no error event. Both of its clients fail on a line that is no JSON, and show it.
    error: (error, requestId) => data(`error: ${asciiJson(errorBody(error, requestId))}`),
  }

  function body(ending: typeof NOT_ENDED): object {
    return completeResponse(identity, textSoFar, ending)
  }

  function data(text: string): string {
    return serverSentEvent(null, text, '\n')
  }
}
