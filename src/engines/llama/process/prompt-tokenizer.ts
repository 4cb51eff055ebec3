import { setImmediate } from 'node:timers/promises'
import type { Vocabulary } from '../llama-cpp/vocabulary.ts'
import type { PromptPart } from '../protocol/prompt-part.ts'

/** Texts this small take a few milliseconds at most. */
const SHORT_UNITS = 16_384
/** A part this small is not worth another thread; a call of the library takes the time of about so many characters. */
const SHORT_PART_UNITS = 2_048
const UNITS_PER_CALL = 32
/** A text with more characters a token than this, over the whole window, is counted in slices first. */
const MANY_UNITS_PER_TOKEN = 12
const SLICE_UNITS = 65_536

/** What a prompt came to. */
export interface TokenizedPrompt {
  readonly count: number
  /** Null for a prompt that is too long for the window; its count may be an estimate then. */
  readonly tokens: Int32Array | null
}

/** A prompt to tokenize. */
export interface PromptToTokenize {
  readonly id: number
  readonly parts: readonly PromptPart[]
  /** Whether it is counted to its end, also where it is far too long. */
  readonly countsAll: boolean
  readonly done: (tokenized: TokenizedPrompt) => void
}

interface TokenizedStep {
  readonly tokens: Int32Array
  readonly units: number
}

/**
 * Tokenizes prompts so that none waits for a longer one: short ones at once, in the order in which they came, long ones
 * beside them, a slice of each in turn, on another thread.
 */
export class PromptTokenizer {
  readonly #vocabulary: Vocabulary
  readonly #contextWindowTokens: number
  readonly #short: PromptToTokenize[] = []
  /** At most as many as there are open requests. */
  readonly #long = new Map<number, PromptToTokenize>()
  readonly #longDone: () => void
  #isWorking = false

  /** @param longDone is called after a long prompt's own `done`: at no time when anybody waits for it */
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

  /** As many short prompts as a time allows, at least one. */
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
    // One that was worked on goes to the end of the map.
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
   * The count may be off by a token for each joint of two slices, which are cut before a space where there is one. Where
   * it passes the window the rest is taken to be like what was counted, unless all has to be.
   */
  async *#count({ parts, countsAll }: PromptToTokenize): AsyncGenerator<undefined, number> {
    let count = this.#vocabulary.openingTokens.length
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

  /** Long parts go to the other thread, of short ones as many as take little time are done here. */
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
      yield { tokens: joined(tokens), units }
      await setImmediate()
      tokens = []
      units = 0
    }
    yield { tokens: joined(tokens), units }
  }

  #whole(tokens: readonly Int32Array[]): TokenizedPrompt {
    const all = joined([this.#vocabulary.openingTokens, ...tokens])
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
  const space = text.lastIndexOf(' ', latest)
  // A slice of much less than this would be none; nor is all before looked through for each.
  if (space > latest - SLICE_UNITS / 2) return space
  const isLowSurrogate = (text.charCodeAt(latest) & 0xfc00) === 0xdc00
  return isLowSurrogate ? latest - 1 : latest
}

function joined(lists: readonly Int32Array[]): Int32Array {
  const all = new Int32Array(lists.reduce((sum, list) => sum + list.length, 0))
  let offset = 0
  for (const list of lists) {
    all.set(list, offset)
    offset += list.length
  }
  return all
}
