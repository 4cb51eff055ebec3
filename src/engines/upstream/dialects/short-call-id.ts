import { createHash } from 'node:crypto'

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
const CHARACTERS = 9

/** Whether an id of a tool call has nine letters and digits, as Mistral demands. */
export function isShortCallId(id: unknown): boolean {
  return typeof id === 'string' && /^[a-zA-Z0-9]{9}$/.test(id)
}

/** The same id in nine letters and digits: the same every time, and another one for another id. */
export function shortCallId(id: string): string {
  if (isShortCallId(id)) return id
  let number = createHash('sha256').update(id).digest().readBigUInt64BE()
  let short = ''
  while (short.length < CHARACTERS) {
    short += ALPHABET[Number(number % 62n)]
    number /= 62n
  }
  return short
}
