import { setTimeout as delay } from 'node:timers/promises'
import { CompletionError } from '../completion/completion-error.ts'
import { type CompletionEvent, isDelta, type StopReason } from '../completion/completion-event.ts'
import type { CompletionRequest } from '../completion/completion-request.ts'
import type { Engine } from '../completion/engine.ts'
import { EngineAround } from '../completion/engine-around.ts'
import { cutReply } from './cut-reply.ts'
import type { FaultRule } from './fault.ts'
import { faultyCalls } from './faulty-calls.ts'

const DEFAULT_WAIT_MS = 1_000
const DEFAULT_EVENTS = 2

type Events = AsyncIterable<readonly CompletionEvent[]>

/** An engine one of whose replies goes wrong. */
export class FaultyEngine extends EngineAround {
  readonly #rule: FaultRule

  constructor(engine: Engine, rule: FaultRule) {
    super(engine)
    this.#rule = rule
  }

  generate(request: CompletionRequest, signal: AbortSignal): Events {
    const events = this.inner.generate(request, signal)
    const { fault, waitMs = DEFAULT_WAIT_MS, afterEvents = DEFAULT_EVENTS, share = 0.5 } = this.#rule
    switch (fault) {
      case 'slow-first-token':
        return slowFirstToken(events, waitMs, signal)
      case 'error-event':
      case 'engine-crash':
        return failing(events, afterEvents, failureOf(this.#rule))
      case 'refusal':
        return endingAfter(events, this.#rule.afterEvents ?? 0, 'refusal')
      case 'empty':
        return endingAfter(events, 0, 'end-of-generation')
      case 'max-tokens':
        return cutReply(events, share)
      case 'thinking-only':
        return thinkingOnly(events)
      case 'tool-input-invalid':
      case 'tool-input-against-schema':
      case 'unknown-tool':
        return faultyCalls(events, fault, request.prompt.tools)
      default:
        return events
    }
  }
}

function failureOf({ fault, error, message }: FaultRule): CompletionError {
  if (fault === 'engine-crash') return new CompletionError('engine-failed', 'The model crashed')
  return error === 'api_error'
    ? new CompletionError('engine-failed', message ?? 'Internal server error')
    : new CompletionError('overloaded', message ?? 'Overloaded')
}

async function* slowFirstToken(events: Events, waitMs: number, signal: AbortSignal) {
  let hasWaited = false
  for await (const together of events) {
    const first = hasWaited
      ? -1
      : together.findIndex((event) => isDelta(event) || event.type === 'completion-end')
    if (first === -1) {
      yield together
      continue
    }
    hasWaited = true
    if (first > 0) yield together.slice(0, first)
    await delay(waitMs, undefined, { signal }).catch(() => {
      throw CompletionError.cancelled()
    })
    yield together.slice(first)
  }
}

/** The events up to a number of deltas, one by one; what follows is read by the caller no more. */
async function* upTo(events: Events, deltas: number): AsyncGenerator<readonly CompletionEvent[]> {
  let passed = 0
  for await (const together of events) {
    for (const event of together) {
      if (event.type === 'completion-end' || (isDelta(event) && passed >= deltas)) return
      if (isDelta(event)) passed += 1
      yield [event]
    }
  }
}

async function* failing(events: Events, deltas: number, failure: CompletionError) {
  yield* upTo(events, deltas)
  throw failure
}

async function* endingAfter(events: Events, deltas: number, stopReason: StopReason) {
  yield* upTo(events, deltas)
  yield [{ type: 'completion-end', stopReason, stopSequence: null } as const]
}

/** Everything that the model writes becomes thinking. */
async function* thinkingOnly(events: Events): AsyncGenerator<readonly CompletionEvent[]> {
  for await (const together of events) yield together.flatMap(asThinking)
}

function asThinking(event: CompletionEvent): CompletionEvent[] {
  switch (event.type) {
    case 'text-delta':
      return [{ ...event, type: 'thinking-delta' }]
    case 'tool-input-delta':
    case 'tool-call-start':
    case 'completion-tokens':
      return []
    case 'completion-end':
      return [{ ...event, stopReason: 'end-of-generation', stopSequence: null }]
    default:
      return [event]
  }
}
