import type { CacheScope } from '../../../completion/cache-scope.ts'
import type { LlamaLibrary, Pointer } from '../llama-cpp/llama-library.ts'
import type { Vocabulary } from '../llama-cpp/vocabulary.ts'
import { CandidateTokens } from './candidate-tokens.ts'
import type { GrammarSamplerBackend } from './grammar-sampler.ts'
import { GrammarStore } from './grammar-store.ts'
import { TokenGrammar } from './token-grammar.ts'

/**
 * A grammar looks at so many of the likeliest tokens first. With 150,000 tokens it needs 3 to 9 ms for all of them;
 * and what it finds among them is what would have been drawn from all, but for tokens that hardly ever are.
 */
const LIKELIEST_TOKENS = [256, 4096]

/** What bound samplers of one context draw with: its grammars, and memory for the candidates. */
export class StructuredOutput {
  readonly #library: LlamaLibrary
  readonly #context: Pointer
  readonly #vocabulary: Vocabulary
  readonly #candidates: CandidateTokens
  readonly #grammars = new GrammarStore()
  /** Cuts down to the likeliest tokens. */
  readonly #cuts: readonly Pointer[]

  constructor(library: LlamaLibrary, context: Pointer, vocabulary: Vocabulary) {
    this.#library = library
    this.#context = context
    this.#vocabulary = vocabulary
    this.#candidates = new CandidateTokens(library, vocabulary.size)
    this.#cuts = LIKELIEST_TOKENS.filter((count) => count < vocabulary.size).map((count) =>
      library.samplerTopK(count),
    )
  }

  /** Whether a grammar can be followed within the limits. */
  canRead(grammar: string, scope: CacheScope): boolean {
    return this.#grammars.get(grammar, scope) !== null
  }

  /** For one request, with its sampler chain; freed with it. */
  backendFor(chain: Pointer, scope: CacheScope): GrammarSamplerBackend<TokenGrammar> {
    const library = this.#library
    const vocabulary = this.#vocabulary
    return {
      sample: (logitsIndex) => library.sample(chain, this.#context, logitsIndex),
      sampleAllowed: (logitsIndex, grammar) => this.#sampleAllowed(chain, logitsIndex, grammar),
      beginGrammar: (text) => this.#begin(text, scope),
      tokenize: (text) => vocabulary.tokenize(text, true),
      pieceOf: (token) => vocabulary.preservedPieceOf(token),
      free: () => library.samplerFree(chain),
    }
  }

  free(): void {
    for (const cut of this.#cuts) this.#library.samplerFree(cut)
  }

  #begin(text: string, scope: CacheScope): TokenGrammar | null {
    const automaton = this.#grammars.get(text, scope)
    return automaton === null ? null : new TokenGrammar(automaton, this.#vocabulary)
  }

  #sampleAllowed(chain: Pointer, logitsIndex: number, grammar: TokenGrammar): number {
    const logits = this.#library.logitsAt(this.#context, logitsIndex, this.#vocabulary.size)
    for (const cut of [...this.#cuts, null]) {
      this.#candidates.setAll(logits)
      if (cut !== null) this.#candidates.apply(cut)
      grammar.restrict(this.#candidates)
      if (!this.#candidates.hasAny) continue
      this.#candidates.apply(chain)
      const token = this.#candidates.selected
      if (grammar.accept(token)) return token
    }
    throw new Error('no token of the model fits what the reply is held to')
  }
}
