import type { AuthorEncoding } from './author-encoding.ts'

/** A map whose encoded keys are found by their decoded text, whichever author wrote them. */
export class EncodedKeyMap<V> extends Map<string, V> {
  readonly #code: AuthorEncoding
  readonly #keys = new Map<string, string>()

  constructor(code: AuthorEncoding, entries: Iterable<readonly [string, V]>) {
    super()
    this.#code = code
    for (const [key, value] of entries) this.set(key, value)
  }

  override get(key: string): V | undefined {
    return super.get(this.encodedKey(key))
  }

  override has(key: string): boolean {
    return super.has(this.encodedKey(key))
  }

  override set(key: string, value: V): this {
    const encoded = this.encodedKey(key)
    this.#keys.set(this.#code.decode(key), encoded)
    return super.set(encoded, value)
  }

  /** The key with the same decoded text; the given one if there is none. */
  encodedKey(key: string): string {
    return this.#keys.get(this.#code.decode(key)) ?? key
  }
}
