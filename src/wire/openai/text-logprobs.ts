import type { ScoredToken, TokenLogprob } from '../../completion/scored-token.ts'
import { unitsOf } from './token-aligner.ts'

/** `logprobs` of a choice of a text completion: lists with an entry for each token. */
export interface TextLogprobs {
  readonly tokens: readonly string[]
  readonly token_logprobs: readonly (number | null)[]
  /** Null where no other tokens were asked for. */
  readonly top_logprobs: readonly (Readonly<Record<string, number>> | null)[] | null
  readonly text_offset: readonly number[]
}

/** Writes the tokens of one choice, a few at a time. */
export class TextLogprobsWriter {
  readonly #top: number
  #offset = 0

  /** @param top how many of the likeliest tokens were asked for */
  constructor(top: number) {
    this.#top = top
  }

  write(scored: readonly ScoredToken[]): TextLogprobs {
    return {
      tokens: scored.map(nameOf),
      token_logprobs: scored.map(({ logprob }) => logprob),
      top_logprobs: this.#top === 0 ? null : scored.map(topOf),
      text_offset: scored.map((token) => this.#advance(token)),
    }
  }

  #advance(token: ScoredToken): number {
    const offset = Math.floor(this.#offset)
    this.#offset += unitsOf(token)
    return offset
  }
}

/** The token itself is among the likeliest, as harnesses expect that compare the two. */
function topOf(token: ScoredToken): Readonly<Record<string, number>> | null {
  if (token.logprob === null) return null
  const named = new Map<string, number>()
  for (const { logprob, ...one } of [...token.top, { ...token, logprob: token.logprob }]) {
    const name = nameOf(one)
    if (!named.has(name)) named.set(name, logprob)
  }
  return Object.fromEntries(named)
}

/** The text of a token, or its bytes, as OpenAI's API writes both. */
function nameOf({ text, bytes }: Pick<TokenLogprob, 'text' | 'bytes'>): string {
  if (bytes === null) return text
  return `bytes:${bytes.map((byte) => `\\x${byte.toString(16).padStart(2, '0')}`).join('')}`
}
