import { ASSISTANT_MARKER, HUMAN_MARKER } from './human-assistant-prompt.ts'
import type { Prompt } from './prompt.ts'
import { toolResultText } from './tool-result-text.ts'
import type { Turn } from './turn.ts'

/** A conversation whose next turn is to be generated. */
export type Conversation = Pick<
  Prompt,
  | 'systemText'
  | 'systemParts'
  | 'turns'
  | 'prefill'
  | 'tools'
  | 'isThinkingEnabled'
  | 'outputSchema'
  | 'isOutputStrict'
>

/** A conversation as a prompt, including the text form for models without a chat template. */
export function conversationPrompt(conversation: Conversation): Prompt {
  return { ...conversation, kind: 'conversation', text: humanAssistantText(conversation) }
}

/** `system text, \n\nHuman: …, \n\nAssistant: …`, with a space after each marker that text follows. */
function humanAssistantText({ systemText, turns, prefill }: Conversation): string {
  let text = systemText
  for (const turn of turns) {
    text += afterMarker(turn.role === 'user' ? HUMAN_MARKER : ASSISTANT_MARKER, allText(turn))
  }
  return text + afterMarker(ASSISTANT_MARKER, prefill)
}

function afterMarker(marker: string, text: string): string {
  return text === '' ? marker : `${marker} ${text}`
}

/** The text of a turn including tool calls and results; earlier thinking is not repeated to the model. */
function allText(turn: Turn): string {
  const texts: string[] = []
  for (const part of turn.parts) {
    if (part.type === 'text') texts.push(part.text)
    if (part.type === 'tool-call') texts.push(`${part.name} ${JSON.stringify(part.input)}`)
    if (part.type === 'tool-result') texts.push(toolResultText(part))
  }
  return texts.join('\n')
}
