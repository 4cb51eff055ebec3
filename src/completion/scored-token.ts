/** A token and how likely a model found it. */
export interface TokenLogprob {
  /** Its text; U+FFFD stands for bytes that are no whole character. */
  readonly text: string
  /** Its bytes where they are no whole characters; otherwise null. */
  readonly bytes: readonly number[] | null
  /** The natural logarithm of its probability, before temperature and cut-offs. */
  readonly logprob: number
}

/** A token of a prompt or a completion, beside those that could have stood in its place. */
export interface ScoredToken extends Omit<TokenLogprob, 'logprob'> {
  /** Null for the first token of a prompt, which nothing predicts. */
  readonly logprob: number | null
  /** The likeliest tokens in its place, the likeliest first. */
  readonly top: readonly TokenLogprob[]
  /** Whether it is a control token, which adds nothing to the text. */
  readonly isControl: boolean
}

/** Which tokens of a request are scored. */
export interface LogprobsRequest {
  /** How many of the likeliest tokens are named, beside the one that is there. */
  readonly top: number
  /** Whether the prompt's tokens are scored too, for which none of them may come from the KV cache. */
  readonly ofPrompt: boolean
}
