import type { CompletionRequest } from '../../../../completion/completion-request.ts'
import type { ScoredToken, TokenLogprob } from '../../../../completion/scored-token.ts'
import type { JsonObject } from '../../../../util/json-object.ts'
import { asObject, listAt, objectAt, textAt } from '../../../../util/json-value.ts'

/** Asks a chat for the scores of its tokens. */
export function chatLogprobsFields({ logprobs }: CompletionRequest): JsonObject {
  return logprobs === undefined ? {} : { logprobs: true, top_logprobs: logprobs.top }
}

/** Asks a completion of a text for the scores of its tokens, and of the prompt's. */
export function textLogprobsFields({ logprobs }: CompletionRequest): JsonObject {
  if (logprobs === undefined) return {}
  return { logprobs: logprobs.top, ...(logprobs.ofPrompt ? { echo: true } : {}) }
}

/** The scored tokens of a choice: a list of objects in chats, lists of tokens and of their scores in completions. */
export function readScoredTokens(choice: unknown): ScoredToken[] {
  const logprobs = objectAt(choice, 'logprobs')
  const content = listAt(logprobs, 'content')
  return content === undefined ? readLists(logprobs) : content.flatMap(readChatToken)
}

function readChatToken(token: unknown): ScoredToken[] {
  const scored = readTokenLogprob(token)
  if (scored === null) return []
  const top = (listAt(token, 'top_logprobs') ?? []).flatMap((other) => readTokenLogprob(other) ?? [])
  return [{ ...scored, top, isControl: false }]
}

function readTokenLogprob(token: unknown): TokenLogprob | null {
  const text = textAt(token, 'token')
  const logprob = asObject(token)?.logprob
  if (text === undefined || typeof logprob !== 'number') return null
  const bytes = (listAt(token, 'bytes') ?? []).filter((byte) => typeof byte === 'number')
  const isWhole = bytes.length === 0 || Buffer.from(bytes).toString('utf8') === text
  return { text, logprob, bytes: isWhole ? null : bytes }
}

function readLists(logprobs: JsonObject | undefined): ScoredToken[] {
  const scores = listAt(logprobs, 'token_logprobs') ?? []
  const likeliest = listAt(logprobs, 'top_logprobs') ?? []
  return (listAt(logprobs, 'tokens') ?? []).map((text, index) => {
    const logprob = scores[index]
    return {
      ...tokenOf(String(text)),
      logprob: typeof logprob === 'number' ? logprob : null,
      top: readTop(likeliest[index]),
      isControl: false,
    }
  })
}

function readTop(scores: unknown): TokenLogprob[] {
  return Object.entries(asObject(scores) ?? {}).flatMap(([text, logprob]) =>
    typeof logprob === 'number' ? [{ ...tokenOf(text), logprob }] : [],
  )
}

/** Bytes that are no whole character are written as `bytes:\xe2\x80`. */
function tokenOf(text: string): Pick<TokenLogprob, 'text' | 'bytes'> {
  if (!/^bytes:(?:\\x[0-9a-f]{2})+$/i.test(text)) return { text, bytes: null }
  const bytes = Buffer.from(text.replace(/^bytes:|\\x/gi, ''), 'hex')
  return { text: bytes.toString('utf8'), bytes: [...bytes] }
}
