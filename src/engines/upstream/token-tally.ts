import type { PromptUsage, TextDelta } from '../../completion/completion-event.ts'

/**
 * Counts the tokens of one answer. Until an upstream tells its counts, every text counts as one token; what it tells
 * puts that right.
 */
export class TokenTally {
  #told = 0
  #promptUsage: PromptUsage | null = null
  /** Half of a character whose other half has not come. */
  #heldText = ''

  /** The next text, whole characters of it, with the tokens that are not told yet. */
  text(piece: string, completionTokensSoFar: number | null): TextDelta[] {
    const text = this.#withoutHalfCharacter(this.#heldText + piece)
    const completionTokens =
      completionTokensSoFar === null
        ? piece === ''
          ? 0
          : 1
        : Math.max(0, completionTokensSoFar - this.#told)
    if (text === '' && completionTokens === 0) return []
    this.#told += completionTokens
    return [{ type: 'text-delta', text, completionTokens }]
  }

  /** What the upstream says of the prompt; told again only when it says something else. */
  prompt(promptTokens: number, reusedPromptTokens: number): PromptUsage[] {
    const last = this.#promptUsage
    if (last?.promptTokens === promptTokens && last.reusedPromptTokens === reusedPromptTokens) return []
    this.#promptUsage = { type: 'prompt-usage', promptTokens, reusedPromptTokens }
    return [this.#promptUsage]
  }

  #withoutHalfCharacter(text: string): string {
    const isHalf = (text.charCodeAt(text.length - 1) & 0xfc00) === 0xd800
    this.#heldText = isHalf ? text.slice(-1) : ''
    return isHalf ? text.slice(0, -1) : text
  }
}
