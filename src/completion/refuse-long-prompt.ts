import { WorkSlices } from '../util/work-slices.ts'
import { CompletionError } from './completion-error.ts'
import type { Prompt } from './prompt.ts'

/** A UTF-16 code unit takes at most this many bytes in UTF-8. */
const MAX_BYTES_PER_UNIT = 3
const UNITS_BETWEEN_CLOCK_CHECKS = 16_384

/** What is known of a model that a text has to fit. */
export interface TextLimits {
  readonly contextWindowTokens: number
  /** Null where the tokenizer is unknown: then no prompt is refused. */
  readonly longestTokenBytes: number | null
}

/** The limits of the model that a prompt has to fit. */
export interface PromptLimits extends TextLimits {
  /** What the model is given: the prompt's text, or its turns through a chat template. */
  readonly promptShape: 'text' | 'turns'
}

/**
 * Refuses a prompt that cannot fit the context window even if every token were the tokenizer's longest. A prompt that
 * passes may still be too long: only the engine can tell.
 *
 * White space is not counted, since some tokens absorb it; neither is what a template may leave out, such as assistant
 * turns and tools.
 *
 * @throws CompletionError `prompt-too-long`; `cancelled` when the signal was aborted meanwhile
 */
export async function refuseLongPrompt(
  prompt: Prompt,
  { promptShape, ...limits }: PromptLimits,
  signal: AbortSignal,
): Promise<void> {
  const texts = promptShape === 'text' ? [prompt.text] : certainTexts(prompt)
  // Nearly all that a model is given of a prompt stands in its text.
  if (mayBeLong(prompt.text.length, limits)) await refuseLongTexts(texts, limits, signal)
}

/**
 * The same for the texts that a model is given.
 *
 * @throws CompletionError `prompt-too-long`; `cancelled` when the signal fired meanwhile
 */
export async function refuseLongTexts(
  texts: Iterable<string>,
  limits: TextLimits,
  signal: AbortSignal,
): Promise<void> {
  const { longestTokenBytes } = limits
  const all = [...texts]
  const units = all.reduce((sum, text) => sum + text.length, 0)
  if (longestTokenBytes === null || !mayBeLong(units, limits)) return
  const slices = new WorkSlices()
  let bytes = 0
  for (const text of all) bytes += await countBytes(text, slices, signal)
  const maxTokens = limits.contextWindowTokens - 1
  const tokens = Math.ceil(bytes / longestTokenBytes)
  if (tokens <= maxTokens) return
  throw CompletionError.promptTooLong(tokens, maxTokens)
}

/** Whether a text of this many code units could exceed the context window. */
function mayBeLong(units: number, { contextWindowTokens, longestTokenBytes }: TextLimits): boolean {
  if (longestTokenBytes === null) return false
  return units * MAX_BYTES_PER_UNIT > (contextWindowTokens - 1) * longestTokenBytes
}

function* certainTexts({ kind, text, systemText, turns, prefill }: Prompt): Generator<string> {
  if (kind === 'raw') return yield text
  yield systemText
  for (const turn of turns) {
    if (turn.role === 'assistant') continue
    for (const part of turn.parts) {
      if (part.type === 'text') yield part.text
      if (part.type !== 'tool-result') continue
      for (const inner of part.parts) if (inner.type === 'text') yield inner.text
    }
  }
  yield prefill
}

/** Counts the bytes of a text in UTF-8, without white space. */
async function countBytes(text: string, slices: WorkSlices, signal: AbortSignal): Promise<number> {
  let bytes = 0
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index)
    if (unit < 0x80) bytes += unit > 0x20 || unit < 0x09 ? 1 : 0
    else if (unit < 0x800) bytes += 2
    else bytes += (unit & 0xf800) === 0xd800 ? 2 : 3
    if (index % UNITS_BETWEEN_CLOCK_CHECKS !== 0 || !slices.isOver) continue
    await slices.next()
    if (signal.aborted) throw CompletionError.cancelled()
  }
  return bytes
}
