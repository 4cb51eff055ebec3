import { AcceptanceEstimate } from './acceptance-estimate.ts'
import { DraftCredit } from './draft-credit.ts'

/** The shortest match: the last tokens must have occurred together before. */
const NGRAM_TOKENS = 3
/** Only n-grams that end in this many of the last tokens of a prompt are found again. */
const MAX_INDEXED_TOKENS = 16_384
/** A longer match says no more. */
const MAX_MATCHED_TOKENS = 32
/** Entries of the index, a power of two. A newer n-gram replaces an older one with the same hash. */
const INDEX_SIZE = 16_384
const HASH_FACTOR = 0x9e3779b1
const HASH_BITS = 32 - Math.log2(INDEX_SIZE)

/** Classes of matches by their length: each begins at this many tokens. */
const MATCH_CLASSES = [3, 4, 6, 9, 16, 32]
/** How often the next token is the same, for each class. Few texts repeat what they say after three equal tokens. */
const FIRST_RATES = [0.2, 0.3, 0.4, 0.6, 0.85, 0.95]

/**
 * Drafts the next tokens of one sequence (prompt lookup): those that followed the last time that its last few tokens
 * occurred, in the prompt or in the completion. It is compared with what is sampled whether or not the draft was evaluated,
 * so that texts which do not repeat cost no evaluation to be known as such.
 */
export class PromptLookup {
  /** For each hash of an n-gram, the index of the token after it; 0 where there is none. */
  #index: Int32Array | null = null
  readonly #estimate = new AcceptanceEstimate(FIRST_RATES)
  /** What its drafts saved. */
  readonly credit = new DraftCredit()
  #followedTokens = 0
  /** The index of the token that is expected next; null where the last tokens have not occurred before. */
  #next: number | null = null
  #matchedTokens = 0

  /**
   * Reads on to the end of the tokens.
   *
   * @param tokens all tokens of the sequence, including the one that was sampled last; the same as before, and more
   */
  follow(tokens: readonly number[]): void {
    if (this.#index === null) this.#begin(tokens)
    for (; this.#followedTokens < tokens.length; this.#followedTokens++) {
      this.#compare(tokens[this.#followedTokens] ?? 0, tokens)
      this.#find(tokens, this.#followedTokens)
    }
  }

  /** @returns `count` tokens that may come next; none where the last tokens have not occurred before */
  draft(tokens: readonly number[], count: number): number[] {
    const draftTokens: number[] = []
    if (this.#next === null) return draftTokens
    for (let index = 0; index < count; index++) {
      const at = this.#next + index
      // A text that repeats itself at once continues with its draft.
      draftTokens.push((at < tokens.length ? tokens[at] : draftTokens[at - tokens.length]) ?? 0)
    }
    return draftTokens
  }

  /** How many of the tokens of a draft are accepted on average, for each length of a draft from 1. */
  expectedTokens(maxCount: number): number[] {
    if (this.#next === null) return []
    const expected: number[] = []
    let sum = 0
    let share = 1
    for (let index = 0; index < maxCount; index++) {
      share *= this.#estimate.rateOf(matchClass(this.#matchedTokens + index))
      sum += share
      expected.push(sum)
    }
    return expected
  }

  #begin(tokens: readonly number[]): void {
    this.#index = new Int32Array(INDEX_SIZE)
    // All but the last one are in the prompt: that they repeat each other does not mean that the completion does.
    this.#followedTokens = Math.max(0, tokens.length - MAX_INDEXED_TOKENS)
    for (; this.#followedTokens < tokens.length - 1; this.#followedTokens++)
      this.#add(tokens, this.#followedTokens)
  }

  /** Compares a token with the one that was expected. */
  #compare(token: number, tokens: readonly number[]): void {
    if (this.#next === null) return
    const isExpected = tokens[this.#next] === token
    this.#estimate.observe(matchClass(this.#matchedTokens), isExpected)
    if (isExpected) {
      this.#next++
      this.#matchedTokens = Math.min(MAX_MATCHED_TOKENS, this.#matchedTokens + 1)
    } else this.#next = null
  }

  /** Finds where the tokens up to one occurred before, unless they continue such a place, and adds them to the index. */
  #find(tokens: readonly number[], last: number): void {
    const earlier = this.#add(tokens, last)
    if (this.#next !== null || earlier === 0) return
    const matched = matchedTokens(tokens, earlier, last + 1)
    if (matched < NGRAM_TOKENS) return
    this.#next = earlier
    this.#matchedTokens = matched
  }

  /** Adds the n-gram that ends with a token; returns what the index held in its place. */
  #add(tokens: readonly number[], last: number): number {
    if (this.#index === null || last + 1 < NGRAM_TOKENS) return 0
    const hash = hashOf(tokens, last)
    const earlier = this.#index[hash] ?? 0
    this.#index[hash] = last + 1
    return earlier
  }
}

function hashOf(tokens: readonly number[], last: number): number {
  let hash = 0
  for (let index = last + 1 - NGRAM_TOKENS; index <= last; index++)
    hash = Math.imul(hash ^ (tokens[index] ?? 0), HASH_FACTOR) ^ (hash >>> 15)
  return hash >>> HASH_BITS
}

/** How many tokens before one index are the same as those before another, up to the limit. */
function matchedTokens(tokens: readonly number[], earlier: number, end: number): number {
  const most = Math.min(MAX_MATCHED_TOKENS, earlier)
  let matched = 0
  while (matched < most && tokens[earlier - 1 - matched] === tokens[end - 1 - matched]) matched++
  return matched
}

function matchClass(matchedTokens: number): number {
  return MATCH_CLASSES.findLastIndex((least) => matchedTokens >= least)
}
