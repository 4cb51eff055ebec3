import type { Prompt } from '../../completion/prompt.ts'
import { textTurn, turnText } from '../../completion/turn.ts'

/** The first of the characters that no text is supposed to hold: a plane for private use. */
const FIRST_PRIVATE_CODE_POINT = 0xf0000

/**
 * Keeps what users write from being read as a model's control tokens. In a rendered template such texts as
 * `<|im_end|>` stand for tokens; in a user's words they are words. They are cut in two there, and the halves are
 * tokenized apart from each other.
 */
export class ControlTextGuard {
  readonly #pattern: RegExp | null

  constructor(controlTexts: readonly string[]) {
    const sources = controlTexts
      .filter((text) => text.length > 1)
      .sort((a, b) => b.length - a.length)
      .map((text) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
    this.#pattern = sources.length > 0 ? new RegExp(sources.join('|'), 'g') : null
  }

  /**
   * Renders a prompt whose control texts are cut.
   *
   * @returns the pieces of the rendered text: one, in nearly every case
   */
  render(prompt: Prompt, render: (prompt: Prompt) => string): string[] {
    const texts = [prompt.systemText, prompt.prefill, ...prompt.turns.map(turnText)]
    if (!texts.some((text) => this.#holdsControlText(text))) return [render(prompt)]
    const joint = unusedCharacter(texts)
    const cut = (text: string) =>
      this.#pattern
        ? text.replace(this.#pattern, (match) => match.slice(0, 1) + joint + match.slice(1))
        : text
    return render({
      ...prompt,
      systemText: cut(prompt.systemText),
      turns: prompt.turns.map((turn) => textTurn(turn.role, cut(turnText(turn)))),
      prefill: cut(prompt.prefill),
    }).split(joint)
  }

  #holdsControlText(text: string): boolean {
    return this.#pattern !== null && text.search(this.#pattern) !== -1
  }
}

function unusedCharacter(texts: readonly string[]): string {
  let codePoint = FIRST_PRIVATE_CODE_POINT
  while (texts.some((text) => text.includes(String.fromCodePoint(codePoint)))) codePoint++
  return String.fromCodePoint(codePoint)
}
