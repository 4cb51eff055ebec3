import { type Prompt, TEXT_ONLY } from './prompt.ts'

/** A prompt of text in which no turns are read. */
export function rawPrompt(text: string): Prompt {
  return { kind: 'raw', text, systemText: '', turns: [], prefill: '', ...TEXT_ONLY }
}
