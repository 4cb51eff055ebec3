import { ASSISTANT_MARKER, HUMAN_MARKER } from './human-assistant-prompt.ts'
import type { Prompt } from './prompt.ts'
import { toolResultText } from './tool-result-text.ts'
import type { Turn } from './turn.ts'

/** A conversation whose next turn is to be generated. */
export type Conversation = Pick<
  Prompt,
  'systemText' | 'turns' | 'prefill' | 'tools' | 'isThinkingEnabled' | 'outputSchema'
>

/** A conversation as a prompt: with the text that models without turns are given. */
export function conversationPrompt(conversation: Conversation): Prompt {
  return { ...conversation, kind: 'conversation', text: humanAssistantText(conversation) }
}

/** `system text, \n\nHuman: …, \n\nAssistant: …`, with a space before whatever stands behind a marker. */
function humanAssistantText({ systemText, turns, prefill }: Conversation): string {
  let text = systemText
  for (const turn of turns) {
    text += behindMarker(turn.role === 'user' ? HUMAN_MARKER : ASSISTANT_MARKER, allText(turn))
  }
  return text + behindMarker(ASSISTANT_MARKER, prefill)
}

function behindMarker(marker: string, text: string): string {
  return text === '' ? marker : `${marker} ${text}`
}

/** Also what tools were asked and gave back; thoughts of earlier turns are not repeated to a model. */
function allText(turn: Turn): string {
  const texts: string[] = []
  for (const part of turn.parts) {
    if (part.type === 'text') texts.push(part.text)
    if (part.type === 'tool-call') texts.push(`${part.name} ${JSON.stringify(part.input)}`)
    if (part.type === 'tool-result') texts.push(toolResultText(part))
  }
  return texts.join('\n')
}
