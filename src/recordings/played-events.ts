import type { CompletionEvent } from '../completion/completion-event.ts'
import type { Prompt } from '../completion/prompt.ts'
import type { RecordedPiece, RecordedReplyPart, RecordedResponse } from './recorded-response.ts'

/** An event, and when it came. */
export interface PlayedEvent {
  readonly atMs: number
  readonly event: CompletionEvent
}

/** What the beginning of a completion depends on. */
export type PlayedPrompt = Pick<Prompt, 'kind' | 'prefill'>

/** The events of a recorded response, for a prompt. A failure follows them. */
export function playedEvents(response: RecordedResponse, prompt: PlayedPrompt): readonly PlayedEvent[] {
  const { usage, end } = response
  const parts = partsFor(response, prompt)
  const events: PlayedEvent[] = [
    { atMs: 0, event: { type: 'completion-start', promptTokens: usage?.promptTokens ?? null } },
    ...usageEvents(usage),
    ...parts.flatMap(eventsOf),
  ]
  if (end !== undefined) {
    const { atMs, stopReason, stopSequence } = end
    events.push({ atMs, event: { type: 'completion-end', stopReason, stopSequence } })
  }
  return events
}

function usageEvents(usage: RecordedResponse['usage']): PlayedEvent[] {
  if (usage === undefined) return []
  const { reusedPromptTokens } = usage
  if (usage.cacheReadTokens !== undefined) {
    return [{ atMs: 0, event: { type: 'prompt-usage', ...definedOnly(usage) } }]
  }
  return reusedPromptTokens === 0 ? [] : [{ atMs: 0, event: { type: 'prefill-start', reusedPromptTokens } }]
}

/**
 * The parts with the space that the completion of a text starts with, or without it. Of prompts with the same kind nothing
 * changes, nor where a prefill is continued.
 */
function partsFor(
  { parts, promptKind }: RecordedResponse,
  { kind, prefill }: PlayedPrompt,
): readonly RecordedReplyPart[] {
  if (promptKind === kind || prefill !== '' || kind === 'raw' || promptKind === 'raw') return parts
  const first = parts.findIndex((part) => part.type === 'text' && part.text !== '')
  return parts.map((part, index) => {
    if (index !== first || part.type !== 'text') return part
    if (kind === 'conversation') return part.text.startsWith(' ') ? moved(part, part.text.slice(1), -1) : part
    return /^\s/.test(part.text) ? part : moved(part, ` ${part.text}`, 1)
  })
}

function moved(
  part: Extract<RecordedReplyPart, { type: 'text' }>,
  text: string,
  units: number,
): RecordedReplyPart {
  const pieces = part.pieces.map(
    ([offset, atMs, tokens]): RecordedPiece => [offset === 0 ? 0 : Math.max(0, offset + units), atMs, tokens],
  )
  return { ...part, text, pieces }
}

function eventsOf(part: RecordedReplyPart): PlayedEvent[] {
  switch (part.type) {
    case 'text':
      return piecesOf(part.text, part.pieces, (text, completionTokens) => ({
        type: 'text-delta',
        text,
        completionTokens,
      }))
    case 'thinking': {
      const events = piecesOf(part.text, part.pieces, (text, completionTokens) => ({
        type: 'thinking-delta',
        text,
        completionTokens,
      }))
      const { signature } = part
      if (signature === undefined) return events
      return [...events, { atMs: events.at(-1)?.atMs ?? 0, event: { type: 'thinking-signature', signature } }]
    }
    case 'tool-call': {
      const { id, name, startMs: atMs, startTokens: completionTokens } = part
      return [
        { atMs, event: { type: 'tool-call-start', id, name, completionTokens } },
        ...piecesOf(part.json, part.pieces, (json, tokens) => ({
          type: 'tool-input-delta',
          json,
          completionTokens: tokens,
        })),
      ]
    }
    case 'scored-tokens': {
      const { isOfPrompt, atMs, tokens } = part
      return [{ atMs, event: { type: isOfPrompt ? 'prompt-tokens' : 'completion-tokens', tokens } }]
    }
  }
}

/** Cuts a text as it was cut; one that was written by hand, without pieces, is one piece. */
function piecesOf(
  text: string,
  pieces: readonly RecordedPiece[],
  eventOf: (text: string, completionTokens: number) => CompletionEvent,
): PlayedEvent[] {
  if (pieces.length === 0) return text === '' ? [] : [{ atMs: 0, event: eventOf(text, 1) }]
  return pieces.map(([offset, atMs, tokens], index) => {
    const start = index === 0 ? 0 : wholeCharacter(text, offset)
    const [next] = pieces[index + 1] ?? [text.length]
    return { atMs, event: eventOf(text.slice(start, wholeCharacter(text, next)), tokens) }
  })
}

/** A place that is not between the halves of a surrogate pair: a file may have been edited. */
function wholeCharacter(text: string, offset: number): number {
  return (text.charCodeAt(offset) & 0xfc00) === 0xdc00 ? offset + 1 : offset
}

/** Members that are undefined are left out. */
function definedOnly<Value extends object>(
  value: Value,
): { [Key in keyof Value]: Exclude<Value[Key], undefined> } {
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined)) as {
    [Key in keyof Value]: Exclude<Value[Key], undefined>
  }
}
