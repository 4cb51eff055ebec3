import type { CppToken } from './cpp-tokens.ts'

const CLOSERS: Readonly<Record<string, string>> = { '(': ')', '{': '}', '[': ']' }
const END: CppToken = { type: 'mark', text: '' }

/** A position among the tokens of a source text. */
export class CppCursor {
  readonly #tokens: readonly CppToken[]
  at: number
  readonly end: number

  constructor(tokens: readonly CppToken[], at = 0, end = tokens.length) {
    this.#tokens = tokens
    this.at = at
    this.end = end
  }

  get isAtEnd(): boolean {
    return this.at >= this.end
  }

  /** @param ahead how many tokens after the next one */
  peek(ahead = 0): CppToken {
    return this.at + ahead < this.end ? (this.#tokens[this.at + ahead] ?? END) : END
  }

  next(): CppToken {
    const token = this.peek()
    this.at++
    return token
  }

  isMark(text: string, ahead = 0): boolean {
    const token = this.peek(ahead)
    return token.type === 'mark' && token.text === text
  }

  tryMark(text: string): boolean {
    if (!this.isMark(text)) return false
    this.at++
    return true
  }

  expectMark(text: string): void {
    if (!this.tryMark(text)) throw new Error(`"${text}" is expected, not "${this.peek().text}"`)
  }

  /** Consumes a bracket and all up to the one that closes it, and returns a cursor for what is between them. */
  group(): CppCursor {
    const closers = [CLOSERS[this.next().text]]
    const from = this.at
    while (closers.length > 0 && !this.isAtEnd) {
      const { type, text } = this.next()
      if (type !== 'mark') continue
      if (Object.hasOwn(CLOSERS, text)) closers.push(CLOSERS[text])
      else if (text === closers.at(-1)) closers.pop()
    }
    return new CppCursor(this.#tokens, from, this.at - 1)
  }

  /** Consumes a statement without its semicolon, and returns a cursor for it. */
  statement(): CppCursor {
    const from = this.at
    while (!this.isAtEnd && !this.isMark(';')) {
      if (Object.hasOwn(CLOSERS, this.peek().text) && this.peek().type === 'mark') this.group()
      else this.at++
    }
    const statement = new CppCursor(this.#tokens, from, this.at)
    this.at++
    return statement
  }

  copy(): CppCursor {
    return new CppCursor(this.#tokens, this.at, this.end)
  }

  includes(...texts: readonly string[]): boolean {
    for (let at = this.at; at + texts.length <= this.end; at++) {
      if (texts.every((text, ahead) => this.#tokens[at + ahead]?.text === text)) return true
    }
    return false
  }
}
