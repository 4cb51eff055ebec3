import type { JsonObject } from '../util/json-object.ts'

/** How long a cached prefix is kept after its last use: five minutes, or an hour. */
export type CacheTtl = '5m' | '1h'

/** A place up to whose end the prompt is to be cached, for engines that cache what they are asked to. */
export interface CacheBreakpoint {
  readonly cacheTtl?: CacheTtl
}

export interface TextPart extends CacheBreakpoint {
  readonly type: 'text'
  readonly text: string
  /** What the text stands for, where the engine reads documents itself: the text is then empty. */
  readonly document?: SourceDocument | SourceSearchResult
}

/** An image, for vision models. */
export interface ImagePart extends CacheBreakpoint {
  readonly type: 'image'
  /** Such as `image/png`; null where only the image's server knows. */
  readonly mediaType: string | null
  /** The bytes in base64, or a URL from which the upstream may fetch them. */
  readonly source: { readonly base64: string } | { readonly url: string }
}

/** A document as it was sent, for engines that read documents themselves. */
export interface SourceDocument {
  readonly type: 'document'
  readonly title: string | null
  readonly context: string | null
  /** Whether the reply should cite it. */
  readonly isCited: boolean
  readonly source:
    | { readonly type: 'pdf'; readonly base64: string }
    | { readonly type: 'text'; readonly text: string }
    | { readonly type: 'content'; readonly parts: readonly (TextPart | ImagePart)[] }
}

/** A search result as it was sent. */
export interface SourceSearchResult {
  readonly type: 'search-result'
  readonly title: string
  readonly source: string
  readonly isCited: boolean
  readonly texts: readonly string[]
}

export interface ToolResultPart extends CacheBreakpoint {
  readonly type: 'tool-result'
  /** The id of the {@link ToolCallPart}. */
  readonly toolCallId: string
  readonly parts: readonly (TextPart | ImagePart)[]
  readonly isError: boolean
}

/** Marks the signature of redacted thinking: the rest of it is the thinking itself, encrypted. */
export const REDACTED_THINKING_PREFIX = 'redacted_thinking:'

export interface ThinkingPart {
  readonly type: 'thinking'
  readonly text: string
  /** Opaque to all but the engine that created it; null if there is none. */
  readonly signature: string | null
}

export interface ToolCallPart extends CacheBreakpoint {
  readonly type: 'tool-call'
  readonly id: string
  readonly name: string
  readonly input: JsonObject
}

/** The parts of a user turn; tool results come before text. */
export type UserPart = TextPart | ImagePart | ToolResultPart
/** The parts of an assistant turn, in the order of generation. */
export type AssistantPart = TextPart | ThinkingPart | ToolCallPart

export interface UserTurn {
  readonly role: 'user'
  readonly parts: readonly UserPart[]
}

export interface AssistantTurn {
  readonly role: 'assistant'
  readonly parts: readonly AssistantPart[]
}

export type Turn = UserTurn | AssistantTurn

export function textTurn(role: Turn['role'], text: string): Turn {
  return { role, parts: [{ type: 'text', text }] }
}

/** The text parts of a turn, joined. */
export function turnText(turn: Turn): string {
  let text = ''
  for (const part of turn.parts) if (part.type === 'text') text += part.text
  return text
}
