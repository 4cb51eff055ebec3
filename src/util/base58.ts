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
