/** A conversation that a prompt of Text Completions stands for. */
export interface TextConversation {
  readonly system: string
  readonly messages: readonly { readonly role: 'user' | 'assistant'; readonly content: string }[]
}

const MARKER = /\n\n(Human|Assistant):/

/** The turns of a prompt of Text Completions; null where it is none yet: it must begin with a user and end with an assistant. */
export function textTurns(text: string): TextConversation | null {
  const [system = '', ...rest] = text.trimEnd().split(MARKER)
  const messages: { role: 'user' | 'assistant'; content: string }[] = []
  for (let at = 0; at < rest.length; at += 2) {
    messages.push({ role: rest[at] === 'Human' ? 'user' : 'assistant', content: (rest[at + 1] ?? '').trim() })
  }
  const last = messages.at(-1)
  if (messages[0]?.role !== 'user' || last?.role !== 'assistant') return null
  // What the model is to write; anything else is a prefill.
  if (last.content === '') messages.pop()
  return messages.some(({ content }) => content === '') ? null : { system: system.trim(), messages }
}
