import type { EventTransform } from './event-transform.ts'

/**
 * Puts a space before the first text unless it starts with white space. A model with a chat template starts its reply
 * without one, but a completion follows `Assistant:`.
 */
export function addLeadingSpace(): EventTransform {
  let isFirst = true
  return (events) => {
    if (!isFirst) return events
    return events.map((event) => {
      if (event.type !== 'text-delta' || event.text === '' || !isFirst) return event
      isFirst = false
      return /^\s/.test(event.text) ? event : { ...event, text: ` ${event.text}` }
    })
  }
}
