const BASE_58 = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz'
/** Bytes from here up are discarded: with them some characters would be likelier than others. */
const FAIR_BYTES = 256 - (256 % BASE_58.length)

/** Random letters and digits, without those that look alike. */
export function randomBase58(length: number): string {
  let text = ''
  while (text.length < length) {
    const byte = nextRandomByte()
    if (byte < FAIR_BYTES) text += BASE_58.charAt(byte % BASE_58.length)
  }
  return text
}

/** A character for each byte: to tell digests apart, not to read the bytes back. */
export function base58(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => BASE_58.charAt(byte % BASE_58.length)).join('')
}

/** Enough for all times until the year 6000. */
const TIME_LENGTH = 8
let lastMs = 0
let lastText = ''

/** A time in milliseconds as eight characters, in whose order texts are sorted by time. */
export function timeBase58(atMs: number): string {
  if (atMs === lastMs) return lastText
  let text = ''
  for (let rest = atMs; text.length < TIME_LENGTH; rest = Math.floor(rest / BASE_58.length))
    text = BASE_58.charAt(rest % BASE_58.length) + text
  lastMs = atMs
  lastText = text
  return text
}

/** Asking the system for random bytes costs as much for a thousand as for one. */
const randomBytes = new Uint8Array(4_096)
let randomBytesUsed = randomBytes.length

function nextRandomByte(): number {
  if (randomBytesUsed === randomBytes.length) {
    crypto.getRandomValues(randomBytes)
    randomBytesUsed = 0
  }
  return randomBytes[randomBytesUsed++] ?? 0
}
