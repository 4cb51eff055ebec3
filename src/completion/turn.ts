import type { JsonObject } from '../util/json-object.ts'

/** Words. */
export interface TextPart {
  readonly type: 'text'
  readonly text: string
}

/** A picture, for models that see. */
export interface ImagePart {
  readonly type: 'image'
  /** Such as `image/png`; null where only the picture's server knows. */
  readonly mediaType: string | null
  /** The bytes in base64, or where the engine's own server may fetch them. */
  readonly source: { readonly base64: string } | { readonly url: string }
}

/** What a tool gave back to the model that called it. */
export interface ToolResultPart {
  readonly type: 'tool-result'
  /** The id of the {@link ToolCallPart} that it answers. */
  readonly toolCallId: string
  readonly parts: readonly (TextPart | ImagePart)[]
  readonly isError: boolean
}

/** What a model thought before it spoke. */
export interface ThinkingPart {
  readonly type: 'thinking'
  readonly text: string
  /** Whose thought it is, in a form that only its engine reads; null where there is none. */
  readonly signature: string | null
}

/** A model's wish to have a tool run. */
export interface ToolCallPart {
  readonly type: 'tool-call'
  readonly id: string
  readonly name: string
  readonly input: JsonObject
}

/** What a human turn is made of; results of tools come before words. */
export type UserPart = TextPart | ImagePart | ToolResultPart
/** What an assistant turn is made of, in the order in which it was generated. */
export type AssistantPart = TextPart | ThinkingPart | ToolCallPart

/** A turn of the one who asks. */
export interface UserTurn {
  readonly role: 'user'
  readonly parts: readonly UserPart[]
}

/** A turn of the model. */
export interface AssistantTurn {
  readonly role: 'assistant'
  readonly parts: readonly AssistantPart[]
}

/** One turn of a conversation. */
export type Turn = UserTurn | AssistantTurn

/** A turn of words alone. */
export function textTurn(role: Turn['role'], text: string): Turn {
  return { role, parts: [{ type: 'text', text }] }
}

/** The words of a turn: its text parts, one behind the other. */
export function turnText(turn: Turn): string {
  let text = ''
  for (const part of turn.parts) if (part.type === 'text') text += part.text
  return text
}
