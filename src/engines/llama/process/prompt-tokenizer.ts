import { setImmediate } from 'node:timers/promises'
import type { Vocabulary } from '../llama-cpp/vocabulary.ts'
import type { PromptPart } from '../protocol/engine-command.ts'

/** Prompts up to this size take a few milliseconds at most. */
const SHORT_UNITS = 16_384
/** Parts up to this size are not worth another thread. */
const SHORT_PART_UNITS = 2_048
/** A call of the library takes as long as about this many characters. */
const UNITS_PER_CALL = 32
/** A text with more characters than this for each token of the window is counted in slices first. */
const MANY_UNITS_PER_TOKEN = 12
const SLICE_UNITS = 65_536

export interface TokenizedPrompt {
  readonly count: number
  /** Null if the prompt is too long for the window; the count may be an estimate then. */
  readonly tokens: Int32Array | null
}

export interface PromptToTokenize {
  readonly id: number
  readonly parts: readonly PromptPart[]
  /** Whether to count all tokens, even of a prompt that is far too long. */
  readonly countsAll: boolean
  readonly done: (tokenized: TokenizedPrompt) => void
}

interface TokenizedStep {
  readonly tokens: Int32Array
  readonly units: number
}

/**
 * Tokenizes prompts so that none waits for a longer one: short prompts immediately, in the order in which they arrive; long
 * ones on another thread, a slice of each in turn.
 */
export class PromptTokenizer {
  readonly #vocabulary: Vocabulary
  readonly #contextWindowTokens: number
  readonly #short: PromptToTokenize[] = []
  /** At most one for each open request. */
  readonly #long = new Map<number, PromptToTokenize>()
  readonly #longDone: () => void
  #isWorking = false

  /** @param longDone called after the `done` of a long prompt, outside of `tokenizeShort` */
  constructor(vocabulary: Vocabulary, contextWindowTokens: number, longDone: () => void) {
    this.#vocabulary = vocabulary
    this.#contextWindowTokens = contextWindowTokens
    this.#longDone = longDone
  }

  /** Whether a short prompt waits. */
  get hasShort(): boolean {
    return this.#short.length > 0
  }

  add(prompt: PromptToTokenize): void {
    if (unitsOf(prompt.parts) + prompt.parts.length * UNITS_PER_CALL <= SHORT_UNITS) {
      this.#short.push(prompt)
      return
    }
    this.#long.set(prompt.id, prompt)
    if (!this.#isWorking) void this.#workOnLong()
  }

  cancel(id: number): void {
    const index = this.#short.findIndex((prompt) => prompt.id === id)
    if (index !== -1) this.#short.splice(index, 1)
    this.#long.delete(id)
  }

  /** Tokenizes short prompts until the time is over, at least one. */
  tokenizeShort(maxMs: number): void {
    const startedMs = performance.now()
    do {
      const prompt = this.#short.shift()
      if (prompt === undefined) return
      const { parts, done } = prompt
      done(this.#whole(parts.map((part) => this.#vocabulary.tokenize(part.text, part.parseSpecial))))
    } while (performance.now() - startedMs < maxMs)
  }

  async #workOnLong(): Promise<void> {
    this.#isWorking = true
    const works = new Map<PromptToTokenize, AsyncGenerator<undefined, TokenizedPrompt>>()
    // The prompt of the last slice goes to the end of the map.
    for (let [next] = this.#long.values(); next !== undefined; [next] = this.#long.values()) {
      const work = works.get(next) ?? this.#tokenizeLong(next)
      works.set(next, work)
      const { done, value } = await work.next()
      const isWanted = this.#long.delete(next.id)
      if (isWanted && !done) this.#long.set(next.id, next)
      if (isWanted && done) {
        next.done(value)
        this.#longDone()
      }
      if (!isWanted || done) works.delete(next)
    }
    this.#isWorking = false
  }

  async *#tokenizeLong(prompt: PromptToTokenize): AsyncGenerator<undefined, TokenizedPrompt> {
    const { parts } = prompt
    if (unitsOf(parts) > Math.max(SLICE_UNITS, this.#contextWindowTokens * MANY_UNITS_PER_TOKEN)) {
      const count = yield* this.#count(prompt)
      if (count > this.#contextWindowTokens) return { count, tokens: null }
    }
    const tokens: Int32Array[] = []
    for await (const some of this.#steps(parts)) {
      tokens.push(some.tokens)
      yield
    }
    return this.#whole(tokens)
  }

  /**
   * The count may be off by one token for each boundary of slices, which is before a space if possible. Once it exceeds the
   * window, the rest is extrapolated, unless all has to be counted.
   */
  async *#count({ parts, countsAll }: PromptToTokenize): AsyncGenerator<undefined, number> {
    let count = this.#vocabulary.startTokens.length
    let countedUnits = 0
    for await (const { tokens, units } of this.#steps(parts.flatMap(slicesOf))) {
      count += tokens.length
      countedUnits += units
      if (count > this.#contextWindowTokens && !countsAll) {
        return Math.round((count * unitsOf(parts)) / countedUnits)
      }
      yield
    }
    return count
  }

  /** Tokenizes long parts on the other thread, and short parts here, a few at a time. */
  async *#steps(parts: readonly PromptPart[]): AsyncGenerator<TokenizedStep> {
    let tokens: Int32Array[] = []
    let units = 0
    for (const { text, parseSpecial } of parts) {
      if (text.length > SHORT_PART_UNITS) {
        tokens.push(await this.#vocabulary.tokenizeAsync(text, parseSpecial))
      } else {
        tokens.push(this.#vocabulary.tokenize(text, parseSpecial))
      }
      units += text.length
      if (units + tokens.length * UNITS_PER_CALL < SHORT_UNITS) continue
      yield { tokens: concatenated(tokens), units }
      await setImmediate()
      tokens = []
      units = 0
    }
    yield { tokens: concatenated(tokens), units }
  }

  #whole(tokens: readonly Int32Array[]): TokenizedPrompt {
    const all = concatenated([this.#vocabulary.startTokens, ...tokens])
    return { count: all.length, tokens: all }
  }
}

function unitsOf(parts: readonly PromptPart[]): number {
  return parts.reduce((sum, { text }) => sum + text.length, 0)
}

function slicesOf({ text, parseSpecial }: PromptPart): PromptPart[] {
  const slices: PromptPart[] = []
  for (let from = 0; from < text.length; ) {
    const to = sliceEnd(text, from)
    slices.push({ text: text.slice(from, to), parseSpecial })
    from = to
  }
  return slices
}

function sliceEnd(text: string, from: number): number {
  const latest = from + SLICE_UNITS
  if (latest >= text.length) return text.length
  // A much smaller slice would not be worth a call; nor is all of a text without spaces searched for each slice.
  const half = latest - SLICE_UNITS / 2
  const space = text.slice(half, latest + 1).lastIndexOf(' ')
  if (space > 0) return half + space
  const isLowSurrogate = (text.charCodeAt(latest) & 0xfc00) === 0xdc00
  return isLowSurrogate ? latest - 1 : latest
}

function concatenated(lists: readonly Int32Array[]): Int32Array {
  const all = new Int32Array(lists.reduce((sum, list) => sum + list.length, 0))
  let offset = 0
  for (const list of lists) {
    all.set(list, offset)
    offset += list.length
  }
  return all
}
