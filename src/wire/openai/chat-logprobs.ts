import type { ScoredToken, TokenLogprob } from '../../completion/scored-token.ts'

/** `logprobs` of a choice of a chat completion; null where no token is scored. */
export type ChatLogprobs = { readonly content: readonly object[]; readonly refusal: null } | null

/** The scores of tokens of a message. Control tokens are no part of it. */
export function chatLogprobs(tokens: readonly ScoredToken[], isScored: boolean): ChatLogprobs {
  return isScored ? { content: textScores(tokens), refusal: null } : null
}

/** The scores of the tokens of a text, without control tokens. */
export function textScores(tokens: readonly ScoredToken[]): object[] {
  return tokens.flatMap((token) => {
    if (token.isControl || token.logprob === null) return []
    return [{ ...scored({ ...token, logprob: token.logprob }), top_logprobs: token.top.map(scored) }]
  })
}

function scored({ text, bytes, logprob }: TokenLogprob): object {
  return { token: text, logprob, bytes: bytes ?? [...Buffer.from(text)] }
}
