import type { Prompt } from '../../../completion/prompt.ts'
import { mapPromptTexts, type TextAuthor } from './map-prompt-texts.ts'

/** The first of the characters that no text is supposed to hold: a plane for private use. */
const FIRST_PRIVATE_CODE_POINT = 0xf0000

/** A prompt in which nothing reads as a control token but what the template writes. */
export interface GuardedPrompt {
  readonly prompt: Prompt
  /** The pieces of a text that the prompt was rendered to; between two of them no control token is read. */
  readonly split: (rendered: string) => string[]
}

/**
 * Keeps what users write from being read as a model's control tokens. In a rendered template such texts as
 * `<|im_end|>` stand for tokens; in a user's words they are words. They are cut in two there, and the halves are
 * tokenized apart from each other.
 */
export class ControlTextGuard {
  readonly #patterns: Readonly<Record<TextAuthor, RegExp | null>>

  /**
   * @param controlTexts what the tokenizer would read as control tokens
   * @param markers what a template's readers find thoughts, calls and results by: a model's own words may hold them,
   *   those of others may not
   */
  constructor(controlTexts: readonly string[], markers: readonly string[] = []) {
    this.#patterns = { assistant: anyOf(controlTexts), others: anyOf([...controlTexts, ...markers]) }
  }

  guard(prompt: Prompt): GuardedPrompt {
    const texts: string[] = []
    let isClean = true
    mapPromptTexts(prompt, (text, author) => {
      texts.push(text)
      if (this.#cut(text, author, ' ') !== text) isClean = false
      return text
    })
    if (isClean) return { prompt, split: (rendered) => [rendered] }
    const joint = unusedCharacter(texts)
    return {
      prompt: mapPromptTexts(prompt, (text, author) => this.#cut(text, author, joint)),
      split: (rendered) => rendered.split(joint),
    }
  }

  #cut(text: string, author: TextAuthor, joint: string): string {
    const pattern = this.#patterns[author]
    if (pattern === null) return text
    return text.replace(pattern, (match) => match.slice(0, 1) + joint + match.slice(1))
  }
}

function anyOf(texts: readonly string[]): RegExp | null {
  const sources = texts
    .filter((text) => text.length > 1)
    .sort((a, b) => b.length - a.length)
    .map((text) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
  return sources.length > 0 ? new RegExp(sources.join('|'), 'g') : null
}

function unusedCharacter(texts: readonly string[]): string {
  let codePoint = FIRST_PRIVATE_CODE_POINT
  while (texts.some((text) => text.includes(String.fromCodePoint(codePoint)))) codePoint++
  return String.fromCodePoint(codePoint)
}
