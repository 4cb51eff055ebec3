import type { DescribedError } from '../error-body.ts'
import { asciiJson, serverSentEvent } from '../server-sent-event.ts'

/** An event of a stream; these events have no names. */
export function openAiEvent(body: object): string {
  return serverSentEvent(null, asciiJson(body), '\n')
}

/** Ends a stream. */
export function openAiDone(): string {
  return serverSentEvent(null, '[DONE]', '\n')
}

/** A comment, which clients ignore: these streams have no ping event. */
export function openAiPing(): string {
  return ': ping\n\n'
}

/**
 * The error envelope that OpenAI's clients expect, with the Claude API's error type as its `code`.
 *
 * @see the API's page on OpenAI SDK compatibility
 */
export function openAiErrorBody({ type, message }: DescribedError): object {
  return { error: { code: type, message, type: 'invalid_request_error', param: null } }
}

/** Ends a stream with an error, which OpenAI's clients throw. */
export function openAiErrorEvent(error: DescribedError): string {
  return openAiEvent(openAiErrorBody(error))
}
