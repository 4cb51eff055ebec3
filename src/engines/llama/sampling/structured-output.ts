import type { CacheScope } from '../../../completion/cache-scope.ts'
import type { LlamaLibrary } from '../llama-cpp/llama-library.ts'
import type { Pointer } from '../llama-cpp/native-library.ts'
import type { Vocabulary } from '../llama-cpp/vocabulary.ts'
import { CandidateTokens } from './candidate-tokens.ts'
import type { GrammarSamplerBackend } from './grammar-sampler.ts'
import { GrammarStore } from './grammar-store.ts'
import { TokenGrammar } from './token-grammar.ts'

/**
 * A grammar is tried on this many of the likeliest tokens first: all of 150,000 tokens take 3 to 9 ms. The result is the
 * same but for tokens that are hardly ever sampled.
 */
const LIKELIEST_TOKENS = [256, 4096]

/** What the grammar samplers of one context share: grammars, and memory for candidates. */
export class StructuredOutput {
  readonly #library: LlamaLibrary
  /** A context whose KV cache has grown is another one. */
  readonly #context: () => Pointer
  readonly #vocabulary: Vocabulary
  readonly #candidates: CandidateTokens
  readonly #grammars = new GrammarStore()
  /** Top-k samplers that keep the likeliest tokens. */
  readonly #topKs: readonly Pointer[]

  constructor(library: LlamaLibrary, context: () => Pointer, vocabulary: Vocabulary) {
    this.#library = library
    this.#context = context
    this.#vocabulary = vocabulary
    this.#candidates = new CandidateTokens(library, vocabulary.size)
    this.#topKs = LIKELIEST_TOKENS.filter((count) => count < vocabulary.size).map((count) =>
      library.samplerTopK(count),
    )
  }

  /** Whether a grammar can be followed within the limits. */
  canRead(grammar: string, scope: CacheScope): boolean {
    return this.#grammars.get(grammar, scope) !== null
  }

  /** The backend for one request; freeing it frees the sampler chain. */
  backendFor(chain: Pointer, scope: CacheScope): GrammarSamplerBackend<TokenGrammar> {
    const library = this.#library
    const vocabulary = this.#vocabulary
    return {
      sample: (logitsIndex) => library.sample(chain, this.#context(), logitsIndex),
      sampleAllowed: (logitsIndex, grammar) => this.#sampleAllowed(chain, logitsIndex, grammar),
      beginGrammar: (text) => this.#begin(text, scope),
      tokenize: (text) => vocabulary.tokenize(text, true),
      pieceOf: (token) => vocabulary.preservedPieceOf(token),
      free: () => library.samplerFree(chain),
    }
  }

  free(): void {
    for (const topK of this.#topKs) this.#library.samplerFree(topK)
  }

  #begin(text: string, scope: CacheScope): TokenGrammar | null {
    const automaton = this.#grammars.get(text, scope)
    return automaton === null ? null : new TokenGrammar(automaton, this.#vocabulary)
  }

  #sampleAllowed(chain: Pointer, logitsIndex: number, grammar: TokenGrammar): number {
    const logits = this.#library.logitsAt(this.#context(), logitsIndex, this.#vocabulary.size)
    for (const topK of [...this.#topKs, null]) {
      this.#candidates.setAll(logits)
      if (topK !== null) this.#candidates.apply(topK)
      grammar.restrict(this.#candidates)
      if (!this.#candidates.hasAny) continue
      this.#candidates.apply(chain)
      const token = this.#candidates.selected
      if (grammar.accept(token)) return token
    }
    throw new Error('no token of the model fits the grammar')
  }
}
