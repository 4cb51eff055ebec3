import type { EventTransform } from './event-transform.ts'

/**
 * Puts a space before the first text unless it begins with white space. A model that is asked in turns begins its reply
 * at once; a completion stands behind `Assistant:`, and begins with a space.
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
