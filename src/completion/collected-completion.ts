import type { Citation } from './citation.ts'
import { type CompletionEnd, type CompletionEvent, isDelta, textUnitsOf } from './completion-event.ts'
import { TokenCounts } from './token-counts.ts'

export interface CollectedText {
  readonly type: 'text'
  readonly text: string
  /** Left out where there are none. */
  readonly citations?: readonly Citation[]
}

export interface CollectedThinking {
  readonly type: 'thinking'
  readonly text: string
  /** Null where the engine signs nothing. */
  readonly signature: string | null
}

export interface CollectedToolCall {
  readonly type: 'tool-call'
  /** Null where the engine gives none. */
  readonly id: string | null
  readonly name: string
  /** The text of a JSON object; incomplete where the completion was cut off, empty without input. */
  readonly json: string
}

export type CollectedPart = CollectedText | CollectedThinking | CollectedToolCall

/** A completion without streaming. */
export interface CollectedCompletion {
  /** In the order of generation. Texts are not empty, nor is thinking unless it is signed; adjacent texts are joined. */
  readonly parts: readonly CollectedPart[]
  /** Null if an upstream never reported it. */
  readonly promptTokens: number | null
  readonly reusedPromptTokens: number
  /** What the engine charged as read from its cache. */
  readonly cacheReadTokens: number
  readonly completionTokens: number
  readonly thinkingTokens: number
  /** Null if the completion has not ended. */
  readonly end: CompletionEnd | null
}

export function collectCompletion(events: Iterable<CompletionEvent>): CollectedCompletion {
  const parts: CollectedPart[] = []
  const counts = new TokenCounts()
  let end: CompletionEnd | null = null
  let isBlockOver = false
  for (const event of events) {
    counts.observe(event)
    if (event.type === 'completion-end') end = event
    if (event.type === 'text-delta' && isBlockOver && event.text !== '')
      parts.push({ type: 'text', text: event.text })
    else addToParts(parts, event)
    if (event.type === 'text-block-end') isBlockOver = true
    else if (isDelta(event) && textUnitsOf(event) > 0) isBlockOver = false
  }
  const { promptTokens, reusedPromptTokens, cacheReadTokens, completionTokens, thinkingTokens } = counts
  return { parts, promptTokens, reusedPromptTokens, cacheReadTokens, completionTokens, thinkingTokens, end }
}

function addToParts(parts: CollectedPart[], event: CompletionEvent): void {
  const last = parts.at(-1)
  switch (event.type) {
    case 'text-delta':
      if (last?.type === 'text') parts[parts.length - 1] = { ...last, text: last.text + event.text }
      else if (event.text !== '') parts.push({ type: 'text', text: event.text })
      break
    case 'citation':
      if (last?.type === 'text')
        parts[parts.length - 1] = { ...last, citations: [...(last.citations ?? []), event.citation] }
      break
    case 'thinking-delta':
      if (isOpenThinking(last)) parts[parts.length - 1] = { ...last, text: last.text + event.text }
      else if (event.text !== '') parts.push({ type: 'thinking', text: event.text, signature: null })
      break
    case 'thinking-signature':
      if (isOpenThinking(last)) parts[parts.length - 1] = { ...last, signature: event.signature }
      else parts.push({ type: 'thinking', text: '', signature: event.signature })
      break
    case 'tool-call-start':
      parts.push({ type: 'tool-call', id: event.id, name: event.name, json: '' })
      break
    case 'tool-input-delta':
      if (last?.type === 'tool-call') parts[parts.length - 1] = { ...last, json: last.json + event.json }
      break
  }
}

/** A signature ends a thinking part. */
function isOpenThinking(part: CollectedPart | undefined): part is CollectedThinking {
  return part?.type === 'thinking' && part.signature === null
}
