/** Joins texts that were cut in the middle of a character: none that comes out ends with half a surrogate pair. */
export class WholeCharacters {
  /** Half of a character whose other half has not come. */
  #held = ''

  /** The next text, as much of it as is whole. */
  push(piece: string): string {
    const text = this.#held + piece
    const isHalf = (text.charCodeAt(text.length - 1) & 0xfc00) === 0xd800
    this.#held = isHalf ? text.slice(-1) : ''
    return isHalf ? text.slice(0, -1) : text
  }
}
