import { type Prompt, TEXT_ALONE } from './prompt.ts'

/** A text that a model is to continue as it stands, with no turns in it. */
export function rawPrompt(text: string): Prompt {
  return { kind: 'raw', text, systemText: '', turns: [], prefill: '', ...TEXT_ALONE }
}
