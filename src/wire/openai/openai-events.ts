import type { DescribedError } from '../error-body.ts'
import { asciiJson, serverSentEvent } from '../server-sent-event.ts'
import { openAiErrorBody } from './openai-error-body.ts'

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

/** What ends a stream that did not: OpenAI's clients throw it. */
export function openAiErrorEvent(error: DescribedError): string {
  return openAiEvent(openAiErrorBody(error))
}
