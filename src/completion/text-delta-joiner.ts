import { type EventTransform, unchanged } from './event-transform.ts'
import { HUMAN_MARKER } from './human-assistant-prompt.ts'
import { joinTextDeltas } from './join-text-deltas.ts'

/**
 * Joins adjacent text deltas, except where a stop sequence may end: the tokens after it are not part of the completion, so
 * it must be known which token ends it.
 *
 * @param stopSequences besides that before the next turn
 * @param split turns what the engine itself joined into deltas of single tokens again
 */
export function textDeltaJoiner(
  stopSequences: readonly string[],
  split: EventTransform = unchanged,
): EventTransform {
  const lastUnits = new Set([HUMAN_MARKER, ...stopSequences].map((stopSequence) => stopSequence.slice(-1)))
  let wasPossible = false
  return (events) => {
    const isPossible = events.some((event) => event.type === 'text-delta' && hasAnyOf(event.text, lastUnits))
    // A parser may still hold back the text of the events before these.
    const splits = isPossible || wasPossible
    wasPossible = isPossible
    return splits ? split(events) : joinTextDeltas(events)
  }
}

function hasAnyOf(text: string, units: ReadonlySet<string>): boolean {
  if (units.size === 1) for (const unit of units) return text.includes(unit)
  for (let index = 0; index < text.length; index++) if (units.has(text.charAt(index))) return true
  return false
}
