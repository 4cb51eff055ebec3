import type { Completion } from '../src/completion.ts'

/** One event of a stream, or a whole answer. */
export function completionOf(text: string, stopReason: string | null = null): Completion {
  return {
    type: 'completion',
    id: 'compl_01',
    completion: text,
    stop_reason: stopReason,
    model: 'claude-2.1',
    stop: stopReason === 'stop_sequence' ? '\n\nHuman:' : null,
    log_id: 'compl_01',
  }
}

/** One server-sent event. */
export function eventText(event: string, data: unknown, newline = '\r\n'): string {
  return `event: ${event}${newline}data: ${JSON.stringify(data)}${newline}${newline}`
}

/** A whole stream of the given texts, ended by a stop sequence. */
export function streamText(texts: readonly string[], newline = '\r\n'): string {
  const events = texts.map((text) => eventText('completion', completionOf(text), newline))
  const ping = eventText('ping', { type: 'ping' }, newline)
  return [...events, ping, eventText('completion', completionOf('', 'stop_sequence'), newline)].join('')
}

/** Cuts at these places, which may be in any order and beyond the end. */
export function cutAt(bytes: Uint8Array, places: readonly number[]): Uint8Array[] {
  const sorted = [...new Set(places)].filter((place) => place < bytes.length).sort((a, b) => a - b)
  return [...sorted, bytes.length].map((end, index) => bytes.subarray(sorted[index - 1] ?? 0, end))
}
