import type { CompletionEvent, TextDelta } from '../../../completion/completion-event.ts'

/** Text of several tokens in one delta, as the engine's process sends it. */
export interface GroupedText extends TextDelta {
  /** For each delta that was joined, the code units and the tokens of it, in turn. Absent where it was one. */
  readonly pieces?: readonly number[]
}

/** Deltas as they were before the engine's process joined them. */
export function splitGroups(events: readonly CompletionEvent[]): readonly CompletionEvent[] {
  return events.flatMap((event): readonly CompletionEvent[] =>
    event.type === 'text-delta' ? splitGroup(event) : [event],
  )
}

function splitGroup(group: GroupedText): TextDelta[] {
  const { pieces, type, text } = group
  if (pieces === undefined) return [group]
  const deltas: TextDelta[] = []
  for (let index = 0, start = 0; index < pieces.length; index += 2) {
    const end = start + (pieces[index] ?? 0)
    deltas.push({ type, text: text.slice(start, end), completionTokens: pieces[index + 1] ?? 0 })
    start = end
  }
  return deltas
}
