import { collectCompletion } from '../../completion/collected-completion.ts'
import type { StopReason } from '../../completion/completion-event.ts'
import { TokenCounts } from '../../completion/token-counts.ts'
import { newTextCompletionId } from '../completion-id.ts'
import type { ResponseFormat, StreamWriter } from '../response-format.ts'
import { openAiDone, openAiErrorEvent, openAiEvent, openAiPing } from './openai-events.ts'
import { openAiStopReason } from './openai-stop-reason.ts'
import { openAiUsage } from './openai-usage.ts'

/** What a response is written with, streamed or not. */
export interface TextCompletionOptions {
  /** The resolved model id. */
  readonly modelId: string
  /** The prompt if the completion repeats it, otherwise empty. */
  readonly echo: string
  /** Whether a stream ends with its usage. */
  readonly includeUsage: boolean
  /** The time, in milliseconds since 1970. */
  readonly nowMs: number
}

export function textCompletionFormat(options: TextCompletionOptions): ResponseFormat {
  const envelope = {
    id: newTextCompletionId(),
    object: 'text_completion',
    created: Math.floor(options.nowMs / 1000),
    model: options.modelId,
  }
  return {
    body(events) {
      const collected = collectCompletion(events)
      const text = collected.parts.map((part) => (part.type === 'text' ? part.text : '')).join('')
      const choice = choiceOf(options.echo + text, collected.end?.stopReason ?? null)
      return { ...envelope, choices: [choice], usage: openAiUsage(collected) }
    },
    streamWriter: () => streamWriter(envelope, options),
  }
}

function streamWriter(envelope: object, { echo, includeUsage }: TextCompletionOptions): StreamWriter {
  const counts = new TokenCounts()
  const usage = includeUsage ? { usage: null } : {}
  return {
    open(start) {
      counts.observe(start)
      return echo === '' ? '' : event(echo, null)
    },
    write(events) {
      let written = ''
      for (const each of events) {
        counts.observe(each)
        if (each.type === 'text-delta' && each.text !== '') written += event(each.text, null)
        if (each.type === 'completion-end') written += ending(each.stopReason)
      }
      return written
    },
    ping: openAiPing,
    error: openAiErrorEvent,
  }

  function event(text: string, stopReason: StopReason | null): string {
    return openAiEvent({ ...envelope, choices: [choiceOf(text, stopReason)], ...usage })
  }

  function ending(stopReason: StopReason): string {
    const lastUsage = includeUsage
      ? openAiEvent({ ...envelope, choices: [], usage: openAiUsage(counts) })
      : ''
    return event('', stopReason) + lastUsage + openAiDone()
  }
}

function choiceOf(text: string, stopReason: StopReason | null): object {
  const reason = stopReason === null ? null : openAiStopReason(stopReason)
  return { text, index: 0, logprobs: null, finish_reason: reason }
}
