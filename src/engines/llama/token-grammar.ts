import type { CandidateTokens } from './candidate-tokens.ts'
import type { LlamaLibrary, Pointer } from './llama-library.ts'
import type { Vocabulary } from './vocabulary.ts'

const ROOT = 'root'

/**
 * A grammar as llama.cpp follows it, token by token. It ends its process when it is given a token that does not fit, so
 * every token is tried before it is taken.
 */
export class TokenGrammar {
  readonly #library: LlamaLibrary
  readonly #vocabulary: Vocabulary
  readonly #candidates: CandidateTokens
  readonly #sampler: Pointer

  private constructor(
    library: LlamaLibrary,
    vocabulary: Vocabulary,
    candidates: CandidateTokens,
    sampler: Pointer,
  ) {
    this.#library = library
    this.#vocabulary = vocabulary
    this.#candidates = candidates
    this.#sampler = sampler
  }

  /**
   * Reads a grammar in llama.cpp's notation.
   *
   * @param candidates memory to try tokens in; may be shared by many
   * @returns null when llama.cpp cannot read it
   */
  static read(
    library: LlamaLibrary,
    vocabulary: Vocabulary,
    candidates: CandidateTokens,
    text: string,
  ): TokenGrammar | null {
    const sampler = library.samplerGrammar(vocabulary.pointer, text, ROOT)
    return sampler === null ? null : new TokenGrammar(library, vocabulary, candidates, sampler)
  }

  /** The same grammar at the same place, for another text. Cheaper than reading it again. */
  clone(): TokenGrammar {
    const sampler = this.#library.samplerClone(this.#sampler)
    return new TokenGrammar(this.#library, this.#vocabulary, this.#candidates, sampler)
  }

  free(): void {
    this.#library.samplerFree(this.#sampler)
  }

  /** Whether a token may come next. */
  allows(token: number): boolean {
    this.#candidates.setOne(token)
    this.#candidates.apply(this.#sampler)
    return this.#candidates.hasAny
  }

  /** Goes on behind a token; false, and no step further, if it must not come here. */
  take(token: number): boolean {
    if (!this.allows(token)) return false
    // Behind the end there is nothing to go on to.
    if (!this.#vocabulary.isEndOfGeneration(token)) this.#library.samplerAccept(this.#sampler, token)
    return true
  }

  /** Takes from the candidates those that must not come next. */
  restrict(candidates: CandidateTokens): void {
    candidates.apply(this.#sampler)
  }
}
