import type { DescribedError } from '../error-body.ts'
import { asciiJson, serverSentEvent } from '../server-sent-event.ts'

/** One event of a stream: they have no names. */
export function openAiEvent(body: object): string {
  return serverSentEvent(null, asciiJson(body), '\n')
}

/** What ends a stream that went well. */
export function openAiDone(): string {
  return serverSentEvent(null, '[DONE]', '\n')
}

/** A comment, which every reader of events passes over: these streams have no event for it. */
export function openAiPing(): string {
  return ': ping\n\n'
}

/**
 * The envelope in which OpenAI's clients look for an error: what the Claude API calls its type is the code here.
 *
 * @see the API's page on OpenAI SDK compatibility
 */
export function openAiErrorBody({ type, message }: DescribedError): object {
  return { error: { code: type, message, type: 'invalid_request_error', param: null } }
}

/** What ends a stream that did not: OpenAI's clients throw it. */
export function openAiErrorEvent(error: DescribedError): string {
  return openAiEvent(openAiErrorBody(error))
}
