/** The responses of the canned upstream, and the text that proxies must return. */

/** Words of a response; each is one event of a stream. */
export const STREAM_EVENTS = 64
/** The text of a stream. */
export const STREAM_TEXT = words(0, STREAM_EVENTS)
/** That of a response in one piece: about 200 bytes. */
export const WHOLE_TEXT = words(0, 40)

/** Numbered words, so that a lost or misplaced one is found. */
export function words(from: number, to: number): string {
  return Array.from({ length: to - from }, (_, index) => ` w${from + index}`).join('')
}

/** A JSON response of the OpenAI style. */
export function wholeResponse(text: string): string {
  return JSON.stringify({
    id: 'chatcmpl-1',
    object: 'chat.completion',
    created: 1_700_000_000,
    model: 'canned',
    choices: [{ index: 0, message: { role: 'assistant', content: text }, finish_reason: 'stop' }],
    usage: { prompt_tokens: 12, completion_tokens: 40, total_tokens: 52 },
  })
}

/** One event with text. */
export function textEvent(text: string): string {
  return event([{ index: 0, delta: { content: text }, finish_reason: null }])
}

/** The events that end a stream: finish reason, usage, `[DONE]`. */
export function endEvents(completionTokens: number): string {
  const usage = {
    prompt_tokens: 12,
    completion_tokens: completionTokens,
    total_tokens: 12 + completionTokens,
  }
  return `${event([{ index: 0, delta: {}, finish_reason: 'stop' }])}${event([], usage)}data: [DONE]\n\n`
}

function event(choices: readonly object[], usage?: object): string {
  const chunk = {
    id: 'chatcmpl-1',
    object: 'chat.completion.chunk',
    created: 1_700_000_000,
    model: 'canned',
    choices,
    ...(usage === undefined ? {} : { usage }),
  }
  return `data: ${JSON.stringify(chunk)}\n\n`
}
