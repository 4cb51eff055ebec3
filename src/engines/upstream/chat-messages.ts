import type { Prompt, Turn } from '../../completion/prompt.ts'

/** One message of a chat, in the words that foreign APIs share. */
export interface ChatMessage {
  readonly role: 'user' | 'assistant'
  readonly content: string
}

/**
 * A prompt's turns as messages, the prefill last. Chats want speakers that take turns and messages with something in
 * them, which this API does not: empty turns are left out, and neighbours of one speaker are joined.
 */
export function chatMessages({ turns, prefill }: Prompt): ChatMessage[] {
  const messages: ChatMessage[] = []
  for (const turn of [...turns, { role: 'assistant', text: prefill } as const]) {
    if (turn.text === '') continue
    const message = messageOf(turn)
    const last = messages.at(-1)
    if (last?.role === message.role) {
      messages[messages.length - 1] = { ...last, content: `${last.content}\n\n${message.content}` }
    } else {
      messages.push(message)
    }
  }
  return messages
}

function messageOf({ role, text }: Turn): ChatMessage {
  return { role: role === 'human' ? 'user' : 'assistant', content: text }
}
