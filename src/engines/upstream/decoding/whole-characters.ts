/** Rejoins characters that were cut between two texts: no output ends with half a surrogate pair. */
export class WholeCharacters {
  /** The first half of a character whose second half has not arrived. */
  #held = ''

  /** Takes the next text and returns its whole characters. */
  push(piece: string): string {
    const text = this.#held + piece
    const isHalf = (text.charCodeAt(text.length - 1) & 0xfc00) === 0xd800
    this.#held = isHalf ? text.slice(-1) : ''
    return isHalf ? text.slice(0, -1) : text
  }
}
