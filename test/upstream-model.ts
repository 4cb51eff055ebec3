import type { UpstreamKind } from '../src/engines/upstream/dialects/dialects.ts'
import { CachingClaude, turnTokens } from './caching-claude.ts'
import { dataEvents, jsonScript, type ReceivedRequest, type UpstreamScript } from './scripted-upstream.ts'

const WORDS = [' One', ' two', ' three', ' four', ' five']

/** Most characters of a request that fit the context window. */
const MAX_BODY_CHARACTERS = 10_000
/** The error text for longer ones. */
const TOO_LONG: Record<UpstreamKind, string> = {
  'openai-completions':
    'request (5000 tokens) exceeds the available context size (4096 tokens), try increasing it',
  'openai-chat': "The input (5000 tokens) is longer than the model's context length (4096 tokens).",
  'claude-messages': 'prompt is too long: 5000 tokens > 4095 maximum',
}

/** Plays a server of one dialect, whose model counts to five or to its token limit. */
export function countingModel(kind: UpstreamKind): (request: ReceivedRequest) => UpstreamScript {
  const claude = new CachingClaude()
  return ({ path, body }) => {
    const promptTokens = promptTokensOf(body)
    if (/tokeni[sz]e|count_tokens/.test(path))
      return jsonScript({ count: promptTokens, input_tokens: promptTokens })
    if (JSON.stringify(body).length > MAX_BODY_CHARACTERS) {
      return jsonScript({ error: { type: 'invalid_request_error', message: TOO_LONG[kind] } }, 400)
    }
    const maxTokens = Number(body.max_tokens)
    const words = WORDS.slice(0, maxTokens)
    const isCut = maxTokens <= WORDS.length
    const streamOptions = body.stream_options as Record<string, unknown> | undefined
    const countsInEveryEvent = streamOptions?.continuous_usage_stats === true
    const promptUsage = kind === 'claude-messages' ? claude.usageOf(body) : {}
    return { steps: responseEvents(kind, words, isCut, { promptTokens, promptUsage, countsInEveryEvent }) }
  }
}

/** The token counts that a server sends. */
interface Counting {
  readonly promptTokens: number
  /** How a Claude server charges for them, if not as uncached. */
  readonly promptUsage?: object
  /** Whether every event has the current counts. */
  readonly countsInEveryEvent: boolean
}

/** The model's reply. */
interface ModelReply extends Counting {
  readonly pieces: readonly string[]
  readonly isCut: boolean
}

/** One token for eight characters of each block of the prompt, rounded up. */
export function promptTokensOf(body: ReceivedRequest['body']): number {
  return body.prompt === undefined ? turnTokens(body) : Math.ceil(JSON.stringify(body.prompt).length / 8)
}

/**
 * The events of a response, as a server of that kind sends them.
 *
 * @param words each with the space before it
 * @param isCut whether it ends because of the tokens asked for
 */
export function responseEvents(
  kind: UpstreamKind,
  words: readonly string[],
  isCut: boolean,
  counting: Counting = { promptTokens: 9, countsInEveryEvent: false },
): string[] {
  // A reply in turns begins at once; only a plain text continues after a space.
  const pieces = kind === 'openai-completions' ? words : [words[0]?.trim() ?? '', ...words.slice(1)]
  const reply = { pieces, isCut, ...counting }
  return kind === 'claude-messages' ? claudeEvents(reply) : openAiEvents(kind, reply)
}

function openAiEvents(
  kind: UpstreamKind,
  { pieces, isCut, promptTokens, countsInEveryEvent }: ModelReply,
): string[] {
  const choice = (text: string, reason: string | null) => ({
    index: 0,
    finish_reason: reason,
    ...(kind === 'openai-chat' ? { delta: { content: text } } : { text }),
  })
  const usage = (tokens: number) => ({ prompt_tokens: promptTokens, completion_tokens: tokens })
  return dataEvents(
    ...pieces.map((piece, index) => ({
      choices: [choice(piece, null)],
      ...(countsInEveryEvent ? { usage: usage(index + 1) } : {}),
    })),
    { choices: [choice('', isCut ? 'length' : 'stop')] },
    { choices: [], usage: usage(pieces.length) },
    '[DONE]',
  )
}

function claudeEvents({ pieces, isCut, promptTokens, promptUsage = {} }: ModelReply): string[] {
  const usage = { input_tokens: promptTokens, output_tokens: 1, ...promptUsage }
  const delta = { stop_reason: isCut ? 'max_tokens' : 'end_turn', stop_sequence: null }
  const events = [
    { type: 'message_start', message: { usage } },
    { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
    ...pieces.map((text) => ({ type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text } })),
    { type: 'content_block_stop', index: 0 },
    { type: 'message_delta', delta, usage: { output_tokens: pieces.length } },
    { type: 'message_stop' },
  ]
  return events.map((event) => `event: ${event.type}\n${dataEvents(event)[0]}`)
}
