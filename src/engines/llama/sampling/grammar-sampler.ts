import { afterText } from '../grammar/grammar-rules.ts'
import type { GrammarConstraint, OutputConstraint, ThinkingConstraint } from '../grammar/output-constraint.ts'
import { Detokenizer } from '../llama-cpp/detokenizer.ts'
import type { TokenPiece } from '../llama-cpp/vocabulary.ts'
import type { Sampler } from './sampler.ts'

/** How far back a trigger or the end of a thought may have begun. */
const MAX_TAIL_UNITS = 256

/** A grammar that is followed. */
export interface GrammarState {
  /** Goes on behind a token; false, and no step further, if it must not come here. */
  accept(token: number): boolean
}

/** What a bound sampler draws with. */
export interface GrammarSamplerBackend<Grammar extends GrammarState> {
  /** Draws from all tokens. */
  readonly sample: (logitsIndex: number) => number
  /** Draws from those that the grammar allows. */
  readonly sampleAllowed: (logitsIndex: number, grammar: Grammar) => number
  /** A grammar at its beginning; null when it cannot be read. */
  readonly beginGrammar: (text: string) => Grammar | null
  /** Tokens of a text in which control tokens count. */
  readonly tokenize: (text: string) => ArrayLike<number>
  /** A token's text, also that of a control token. */
  readonly pieceOf: (token: number) => TokenPiece
  readonly free: () => void
}

/** What was written lately, for which text and by which token. */
interface TailToken {
  readonly token: number
  /** Where its text begins in the tail. */
  readonly start: number
}

type Phase = 'before-thinking' | 'thinking' | 'before-trigger' | 'constrained' | 'free'

/**
 * Draws tokens that keep to a reply's bounds: first thoughts, free but not too long, then what a grammar allows. A token
 * is drawn from all as ever and only tried against the grammar; the grammar goes through all tokens when that one does
 * not fit.
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
  /** What was written last, as far back as anything looks. */
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
    const forcedTokens = this.#forcedTokens.shift()
    if (forcedTokens !== undefined) return forcedTokens
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

  /** @param start where the reply begins in the tail: behind the thoughts, if there are any */
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

  /** A model may open a thought by itself, or begin with its reply. */
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

  /** Whether a token may begin the reply just as well. Without a grammar every token may. */
  #fitsGrammar(token: number): boolean {
    if (this.#constraint === null || this.#trigger !== null) return true
    this.#grammar ??= this.#backend.beginGrammar(this.#constraint.text)
    return this.#grammar?.accept(token) ?? true
  }

  /** The reply's grammar begins anew behind the thought. */
  #startThinking(token: number, restOfOpener: string): number {
    this.#grammar = null
    this.#forgetTail()
    this.#forcedTokens.push(...Array.from(this.#backend.tokenize(restOfOpener)))
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

  /** What the last token holds behind the thought's end belongs to the reply already. */
  #endThinking(token: number, end: number): void {
    this.#phase = this.#beginOutput(end)
    if (this.#phase !== 'constrained' || this.#tail.slice(end).trim() === '') return
    const before = this.#tail.slice(this.#tailTokens.at(-1)?.start ?? 0, end)
    this.#phase = this.#followGrammar(afterText(this.#constraint?.text ?? '', before))
    this.#grammar?.accept(token)
  }

  /** Free, until what the grammar begins with is written. */
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

  /** Takes the tokens that belong to the grammar's text; the last of them may still be another. */
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

  /** The token if it may come here, else another. */
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
