import { afterText } from '../grammar/grammar-rules.ts'
import type { GrammarConstraint, OutputConstraint, ThinkingConstraint } from '../grammar/output-constraint.ts'
import { Detokenizer } from '../llama-cpp/detokenizer.ts'
import type { TokenPiece } from '../llama-cpp/vocabulary.ts'
import type { Sampler } from './sampler.ts'

/** How far back a trigger or the end tag of thinking may begin. */
const MAX_TAIL_UNITS = 256

/** The state of a grammar in one completion. */
export interface GrammarState {
  /** Advances past the token; returns false, unchanged, if the grammar rejects it. */
  accept(token: number): boolean
}

/** What a grammar sampler samples with. */
export interface GrammarSamplerBackend<Grammar extends GrammarState> {
  /** Samples from all tokens. */
  readonly sample: (logitsIndex: number) => number
  /** Samples from the tokens that the grammar accepts, and advances the grammar. */
  readonly sampleAllowed: (logitsIndex: number, grammar: Grammar) => number
  /** A grammar at its start; null when it cannot be compiled. */
  readonly beginGrammar: (text: string) => Grammar | null
  /** The tokens of a text in which control tokens are parsed. */
  readonly tokenize: (text: string) => ArrayLike<number>
  /** The text of a token, including that of a control token. */
  readonly pieceOf: (token: number) => TokenPiece
  readonly free: () => void
}

/** A recent token. */
interface TailToken {
  readonly token: number
  /** Where its text begins in the tail. */
  readonly start: number
}

type Phase = 'before-thinking' | 'thinking' | 'before-trigger' | 'constrained' | 'free'

/**
 * Samples tokens under a constraint: thinking first, free but limited in length, then what a grammar accepts. A token is
 * sampled from all tokens and checked against the grammar; only if that rejects it is the grammar applied to all tokens.
 */
export class GrammarSampler<Grammar extends GrammarState> implements Sampler {
  readonly #backend: GrammarSamplerBackend<Grammar>
  readonly #thinking: ThinkingConstraint | null
  readonly #constraint: GrammarConstraint | null
  readonly #trigger: RegExp | null
  readonly #forcedTokens: number[] = []
  #detokenizer = new Detokenizer()
  #grammar: Grammar | null = null
  #phase: Phase
  #thinkingTokens = 0
  /** The end of the text so far, as long as triggers and tags need it. */
  #tail = ''
  #tailTokens: TailToken[] = []
  #outputStart = 0

  constructor(constraint: OutputConstraint, backend: GrammarSamplerBackend<Grammar>) {
    this.#backend = backend
    this.#thinking = constraint.thinking
    this.#constraint = constraint.grammar
    this.#trigger = constraint.grammar?.trigger ? new RegExp(constraint.grammar.trigger.pattern) : null
    if (this.#thinking === null) this.#phase = this.#beginOutput(0)
    else this.#phase = this.#thinking.isOpen ? 'thinking' : 'before-thinking'
  }

  sample(logitsIndex: number): number {
    const forced = this.#forcedTokens.shift()
    if (forced !== undefined) return forced
    switch (this.#phase) {
      case 'before-thinking':
        return this.#sampleBeforeThinking(logitsIndex)
      case 'thinking':
        return this.#sampleThinking(logitsIndex)
      case 'before-trigger':
        return this.#sampleUntilTrigger(logitsIndex)
      case 'constrained':
        return this.#sampleConstrained(logitsIndex)
      case 'free':
        return this.#backend.sample(logitsIndex)
    }
  }

  free(): void {
    this.#backend.free()
  }

  /** @param start where the output begins in the tail: after the thinking, if there is any */
  #beginOutput(start: number): Phase {
    this.#outputStart = start
    if (this.#constraint === null) return 'free'
    if (this.#trigger !== null) return 'before-trigger'
    return this.#followGrammar(this.#constraint.text)
  }

  #followGrammar(text: string): Phase {
    this.#grammar = this.#backend.beginGrammar(text)
    return this.#grammar === null ? 'free' : 'constrained'
  }

  /** A model may start thinking by itself, or begin with its output. */
  #sampleBeforeThinking(logitsIndex: number): number {
    const startTag = this.#thinking?.startTag ?? ''
    const token = this.#backend.sample(logitsIndex)
    this.#extendTail(token)
    const written = this.#tail.trimStart()
    const fitsGrammar = this.#fitsGrammar(token)
    if (written.startsWith(startTag)) return this.#startThinking(token, '')
    if (startTag.startsWith(written) && fitsGrammar) return token
    if (startTag.startsWith(written) && written !== '')
      return this.#startThinking(token, startTag.slice(written.length))
    if (this.#grammar !== null) {
      this.#phase = 'constrained'
      return fitsGrammar ? token : this.#backend.sampleAllowed(logitsIndex, this.#grammar)
    }
    this.#phase = this.#beginOutput(0)
    return this.#phase === 'before-trigger' ? this.#checkTrigger(token, logitsIndex) : token
  }

  /** Whether a token can also begin the output. Without a grammar every token can. */
  #fitsGrammar(token: number): boolean {
    if (this.#constraint === null || this.#trigger !== null) return true
    this.#grammar ??= this.#backend.beginGrammar(this.#constraint.text)
    return this.#grammar?.accept(token) ?? true
  }

  /** The grammar starts again after the thinking. */
  #startThinking(token: number, restOfStartTag: string): number {
    this.#grammar = null
    this.#forgetTail()
    this.#forcedTokens.push(...Array.from(this.#backend.tokenize(restOfStartTag)))
    this.#phase = 'thinking'
    return token
  }

  #sampleThinking(logitsIndex: number): number {
    const { maxTokens = null, forcedEnd = '', endTag = '' } = this.#thinking ?? {}
    if (maxTokens !== null && this.#thinkingTokens >= maxTokens) {
      const [first, ...rest] = Array.from(this.#backend.tokenize(forcedEnd))
      this.#forcedTokens.push(...rest)
      this.#phase = this.#beginOutput(this.#tail.length)
      return first ?? this.sample(logitsIndex)
    }
    const token = this.#backend.sample(logitsIndex)
    this.#thinkingTokens++
    this.#extendTail(token)
    const end = this.#tail.indexOf(endTag)
    if (end !== -1) this.#endThinking(token, end + endTag.length)
    else this.#shortenTail()
    return token
  }

  /** Text after the end tag in the same token belongs to the output. */
  #endThinking(token: number, end: number): void {
    this.#phase = this.#beginOutput(end)
    if (this.#phase !== 'constrained' || this.#tail.slice(end).trim() === '') return
    const before = this.#tail.slice(this.#tailTokens.at(-1)?.start ?? 0, end)
    this.#phase = this.#followGrammar(afterText(this.#constraint?.text ?? '', before))
    this.#grammar?.accept(token)
  }

  /** Samples freely until the trigger of the grammar is found. */
  #sampleUntilTrigger(logitsIndex: number): number {
    const token = this.#backend.sample(logitsIndex)
    this.#extendTail(token)
    return this.#checkTrigger(token, logitsIndex)
  }

  #checkTrigger(token: number, logitsIndex: number): number {
    const match = this.#trigger?.exec(this.#tail.slice(this.#outputStart))
    if (match) return this.#startGrammar(this.#outputStart + match.index, logitsIndex)
    const isBegun = this.#tail.length - this.#outputStart > MAX_TAIL_UNITS / 2
    if (isBegun && this.#constraint?.trigger?.isAtStart) this.#phase = 'free'
    this.#shortenTail()
    return token
  }

  /** Accepts the tokens that belong to the grammar's text; the last one can still be replaced. */
  #startGrammar(start: number, logitsIndex: number): number {
    const first = Math.max(
      0,
      this.#tailTokens.findLastIndex((one) => one.start <= start),
    )
    const tokens = this.#tailTokens.slice(first).map((one) => one.token)
    const before = this.#tail.slice(this.#tailTokens[first]?.start ?? 0, start)
    this.#phase = this.#followGrammar(afterText(this.#constraint?.text ?? '', before))
    const last = tokens.pop() ?? 0
    if (tokens.some((token) => !this.#grammar?.accept(token))) {
      this.#phase = 'free'
      return last
    }
    return this.#constrain(last, logitsIndex)
  }

  #sampleConstrained(logitsIndex: number): number {
    return this.#constrain(this.#backend.sample(logitsIndex), logitsIndex)
  }

  /** The token if the grammar accepts it, else another one. */
  #constrain(token: number, logitsIndex: number): number {
    if (this.#grammar === null || this.#grammar.accept(token)) return token
    return this.#backend.sampleAllowed(logitsIndex, this.#grammar)
  }

  #extendTail(token: number): void {
    this.#tailTokens.push({ token, start: this.#tail.length })
    this.#tail += this.#detokenizer.push(this.#backend.pieceOf(token))
  }

  #shortenTail(): void {
    if (this.#tail.length <= MAX_TAIL_UNITS) return
    const from =
      this.#tailTokens.find(({ start }) => start >= this.#tail.length - MAX_TAIL_UNITS / 2)?.start ?? 0
    this.#tail = this.#tail.slice(from)
    this.#outputStart = Math.max(0, this.#outputStart - from)
    this.#tailTokens = this.#tailTokens
      .filter(({ start }) => start >= from)
      .map(({ token, start }) => ({ token, start: start - from }))
  }

  #forgetTail(): void {
    this.#tail = ''
    this.#tailTokens = []
    this.#detokenizer = new Detokenizer()
  }
}
