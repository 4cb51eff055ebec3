import { createHash, createHmac, timingSafeEqual } from 'node:crypto'

/** The beginning of this server's signatures, which distinguishes them from others. */
const MARK = Buffer.from('Cntn')

/** Ours are shorter, even with white space. */
const MAX_SIGNATURE_UNITS = 256

/**
 * Signs thinking that engines do not sign, so that the server recognizes it when it is sent back.
 *
 * A signature is opaque to clients: base64 of a mark and an HMAC of model and thinking.
 */
export class ThinkingSignatures {
  readonly #key: Buffer

  /** @param secret must stay the same across restarts for earlier signatures to stay valid */
  constructor(secret: string) {
    this.#key = createHash('sha256').update('thinking signatures\0').update(secret).digest()
  }

  sign(modelId: string, thinking: string): string {
    return Buffer.concat([MARK, this.#digest(modelId, thinking)]).toString('base64')
  }

  /**
   * Whose a signature is: `ours` for this thinking; `foreign` if this server did not make it; `broken` if it looks like ours
   * but is for other thinking, for another model, or of another secret.
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
