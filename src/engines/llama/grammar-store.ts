import type { CacheScope } from '../../completion/cache-scope.ts'

/** Programs send the same tools and schemas again and again. */
const MAX_KEPT_GRAMMARS = 32

/** A grammar that is read once and followed many times. */
export interface KeptGrammar<Grammar> {
  clone(): Grammar
  free(): void
}

/** Grammars that were read before, the most recently used of them; for each scope those that it sent itself. */
export class GrammarStore<Grammar extends KeptGrammar<Grammar>> {
  readonly #read: (text: string) => Grammar | null
  /** In the order of their last use. */
  readonly #kept = new Map<string, Grammar>()

  constructor(read: (text: string) => Grammar | null) {
    this.#read = read
  }

  /**
   * A grammar at its beginning, for the caller to free; null when llama.cpp cannot read it.
   *
   * @param scope reading takes time: how much would tell that another scope sent the same tools or schema
   */
  begin(text: string, scope: CacheScope): Grammar | null {
    const key = scope === null ? text : `${scope}\0${text}`
    const grammar = this.#kept.get(key) ?? this.#read(text)
    if (grammar === null) return null
    this.#kept.delete(key)
    this.#kept.set(key, grammar)
    const [oldest] = this.#kept
    if (this.#kept.size > MAX_KEPT_GRAMMARS && oldest !== undefined) {
      this.#kept.delete(oldest[0])
      oldest[1].free()
    }
    return grammar.clone()
  }

  free(): void {
    for (const grammar of this.#kept.values()) grammar.free()
    this.#kept.clear()
  }
}
