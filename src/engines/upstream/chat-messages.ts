import type { Prompt } from '../../completion/prompt.ts'
import { type Turn, textTurn, turnText } from '../../completion/turn.ts'

/** One message of a chat, in the words that foreign APIs share. */
export interface ChatMessage {
  readonly role: 'user' | 'assistant'
  readonly content: string
}

/**
 * A prompt's turns as messages, the prefill last. Chats want speakers that take turns and messages with something in
 * them, which this API does not: empty turns are left out, and neighbours of one speaker are joined. The first message
 * is always the user's, an empty one if there is no other.
 */
export function chatMessages({ turns, prefill }: Prompt): ChatMessage[] {
  const messages: ChatMessage[] = []
  for (const turn of [...turns, textTurn('assistant', prefill)]) {
    const message = messageOf(turn)
    if (message.content === '') continue
    const last = messages.at(-1)
    if (last?.role === message.role) {
      messages[messages.length - 1] = { ...last, content: `${last.content}\n\n${message.content}` }
    } else {
      messages.push(message)
    }
  }
  return messages[0]?.role === 'user' ? messages : [{ role: 'user', content: '' }, ...messages]
}

function messageOf(turn: Turn): ChatMessage {
  return { role: turn.role === 'human' ? 'user' : 'assistant', content: turnText(turn) }
}
