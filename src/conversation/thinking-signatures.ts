import { createHash, createHmac, timingSafeEqual } from 'node:crypto'

/** What a signature of this server begins with, so that those of others are told apart. */
const MARK = Buffer.from('Cntn')

/** Ours are shorter, with white space in them too. */
const MAX_SIGNATURE_UNITS = 256

/**
 * Signs thoughts that engines do not sign, so that a thought that comes back is known for what it is.
 *
 * A signature is opaque to callers: base64 of a mark and an HMAC of model and thought.
 */
export class ThinkingSignatures {
  readonly #key: Buffer

  /** @param secret the same one after a restart, or what was signed before is a stranger's */
  constructor(secret: string) {
    this.#key = createHash('sha256').update('thought signatures\0').update(secret).digest()
  }

  sign(modelId: string, thinking: string): string {
    return Buffer.concat([MARK, this.#digest(modelId, thinking)]).toString('base64')
  }

  /**
   * Whose a signature is: `ours` for this very thought, a `foreign` one that this server never made, or `broken`, which
   * looks like ours and is not: another thought, another model or another secret.
   */
  check(modelId: string, thinking: string, signature: string): 'ours' | 'foreign' | 'broken' {
    if (signature.length > MAX_SIGNATURE_UNITS) return 'foreign'
    const bytes = Buffer.from(signature, 'base64')
    if (!bytes.subarray(0, MARK.length).equals(MARK)) return 'foreign'
    const digest = bytes.subarray(MARK.length)
    const expected = this.#digest(modelId, thinking)
    return digest.length === expected.length && timingSafeEqual(digest, expected) ? 'ours' : 'broken'
  }

  #digest(modelId: string, thinking: string): Buffer {
    return createHmac('sha256', this.#key).update(`${modelId}\0`).update(thinking).digest()
  }
}
