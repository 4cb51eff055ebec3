import type { Conversation } from '../../completion/conversation-prompt.ts'
import type { AssistantPart, Turn, UserPart } from '../../completion/turn.ts'
import { invalidRequest } from '../body-schema.ts'

/** A turn that the next message may extend. */
export type OpenTurn =
  | { readonly role: 'user'; parts: UserPart[]; isJoined?: boolean }
  | { readonly role: 'assistant'; parts: AssistantPart[]; isJoined?: boolean }

export type ChatConversation = Pick<Conversation, 'systemText' | 'turns' | 'prefill'>

/**
 * Builds a conversation from messages in OpenAI's style. System texts are joined, one per line; adjacent messages of one
 * role become one turn; a last message of the assistant is the prefill. System texts alone are the user's turn, which
 * templates expect.
 *
 * @see the API's page on OpenAI SDK compatibility
 */
export class TurnBuilder {
  readonly #place: string
  readonly #systemTexts: string[] = []
  readonly #turns: OpenTurn[] = []

  /** @param place the field that the messages come from */
  constructor(place: string) {
    this.#place = place
  }

  addSystemText(text: string): void {
    if (text !== '') this.#systemTexts.push(text)
  }

  /** A message without content leaves no trace. */
  add(turn: OpenTurn): void {
    if (turn.parts.length === 0) return
    const last = this.#turns.at(-1)
    if (last?.role === 'user' && turn.role === 'user') join(last, turn)
    else if (last?.role === 'assistant' && turn.role === 'assistant') join(last, turn)
    else this.#turns.push(turn)
  }

  /** @throws CompletionError `invalid-request` when there is no content */
  conversation(): ChatConversation {
    const systemText = this.#systemTexts.join('\n')
    if (this.#turns.length > 0) return { systemText, ...splitPrefill(this.#turns) }
    if (systemText === '')
      throw invalidRequest(`${this.#place}: at least one message with content is required`)
    const turn: Turn = { role: 'user', parts: [{ type: 'text', text: systemText }] }
    return { systemText: '', turns: [turn], prefill: '' }
  }
}

/** Puts an empty line between the texts of messages that become one turn. */
function join<Part extends UserPart | AssistantPart>(
  turn: { parts: Part[]; isJoined?: boolean },
  next: { readonly parts: readonly Part[] },
): void {
  if (!turn.isJoined) turn.parts = joinTexts([], turn.parts)
  turn.isJoined = true
  joinTexts(turn.parts, next.parts)
}

/** Appends in place: a turn may be thousands of messages. */
function joinTexts<Part extends UserPart | AssistantPart>(parts: Part[], more: readonly Part[]): Part[] {
  for (const part of more) {
    const last = parts.at(-1)
    if (last?.type === 'text' && part.type === 'text') {
      parts[parts.length - 1] = { ...last, text: `${last.text}\n\n${part.text}` }
    } else {
      parts.push(part)
    }
  }
  return parts
}

/** Removes trailing white space from the prefill, where it would precede the next word. */
function splitPrefill(openTurns: readonly OpenTurn[]): Pick<Conversation, 'turns' | 'prefill'> {
  const turns = openTurns.map(closed)
  const last = turns.at(-1)
  const only = last?.parts[0]
  if (last?.role !== 'assistant' || last.parts.length !== 1 || only?.type !== 'text')
    return { turns, prefill: '' }
  return { turns: turns.slice(0, -1), prefill: only.text.trimEnd() }
}

function closed(turn: OpenTurn): Turn {
  return turn.role === 'user' ? { role: 'user', parts: turn.parts } : { role: 'assistant', parts: turn.parts }
}
