import { performance } from 'node:perf_hooks'
import type { CompletionEvent, CompletionStart } from '../completion/completion-event.ts'
import type { StreamWriter } from '../wire/answer-format.ts'
import { describeError } from '../wire/error-body.ts'
import type { CompletionStep, RunningCompletion } from './running-completion.ts'

/** A piece of a body takes no further event once it holds this much, however fast they come. */
const MAX_CHUNK_EVENTS = 256
/** The same, in UTF-16 code units of their text. */
const MAX_CHUNK_TEXT_UNITS = 65_536

/** What a streamed answer is made of. */
export interface EventStreamOptions {
  readonly completion: RunningCompletion
  /** Its first event, which has been read. */
  readonly start: CompletionStart
  readonly writer: StreamWriter
  readonly requestId: string
  /** When it fires the body fails with its reason. */
  readonly callerSignal: AbortSignal
  /** Silence after which a ping is sent, in milliseconds. */
  readonly pingIntervalMs: number
  /** What ended the completion early; its reader is told by the stream. */
  readonly onFailure: (error: unknown) => void
  /** Called once, when the stream ends in whatever way. */
  readonly onEnd: () => void
}

/**
 * The body of a streamed answer. It pulls: a reader that stops reading stops the completion from going ahead, one
 * that cancels ends it. When the caller's signal fires, it fails with the signal's reason, as `fetch` does.
 */
export function eventStreamBody(options: EventStreamOptions): ReadableStream<Uint8Array> {
  const chunks = eventStreamChunks(options)
  const encoder = new TextEncoder()
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { done, value } = await chunks.next()
      if (done) controller.close()
      else controller.enqueue(encoder.encode(value))
    },
    async cancel() {
      options.completion.leave()
      await chunks.return()
    },
  })
}

async function* eventStreamChunks(options: EventStreamOptions): AsyncGenerator<string, void> {
  const { completion, start, writer, requestId, callerSignal, pingIntervalMs, onFailure, onEnd } = options
  try {
    const opening = writer.open(start)
    if (opening !== '') yield opening
    let pingDueMs = performance.now() + pingIntervalMs
    let step = completion.next()
    for (;;) {
      if (await isSilentUntil(pingDueMs, step)) {
        yield writer.ping()
        pingDueMs = performance.now() + pingIntervalMs
        continue
      }
      const { events, last } = await readyEvents(completion, step)
      const text = writer.write(events)
      // Events that the wire format does not show leave the stream as silent as it was.
      if (text !== '') {
        yield text
        pingDueMs = performance.now() + pingIntervalMs
      }
      if (last instanceof Promise) step = last
      else if (last.type === 'ended') return
      else if (callerSignal.aborted) throw callerSignal.reason
      else if (completion.isLeft) return
      else {
        onFailure(last.error)
        yield writer.error(describeError(last.error), requestId)
        return
      }
    }
  } finally {
    completion.leave()
    onEnd()
  }
}

/** Events that are ready together, and what came after them: the end, a failure, or a step to wait for. */
interface ReadyEvents {
  readonly events: readonly CompletionEvent[]
  readonly last: Exclude<CompletionStep, { type: 'event' }> | Promise<CompletionStep>
}

/**
 * Waits for one step, then takes what is already there: one turn of the event loop gathers all that arrived together,
 * and one write carries it.
 */
async function readyEvents(
  completion: RunningCompletion,
  first: Promise<CompletionStep>,
): Promise<ReadyEvents> {
  const events: CompletionEvent[] = []
  let textUnits = 0
  let step = await first
  const turn = nextTurn()
  while (step.type === 'event') {
    events.push(step.event)
    textUnits += textUnitsOf(step.event)
    const pending = completion.next()
    const isFull = events.length >= MAX_CHUNK_EVENTS || textUnits >= MAX_CHUNK_TEXT_UNITS
    const ready = isFull ? NOT_READY : await Promise.race([pending, turn])
    if (ready === NOT_READY) return { events, last: pending }
    step = ready
  }
  return { events, last: step }
}

function textUnitsOf(event: CompletionEvent): number {
  if (event.type === 'text-delta' || event.type === 'thought-delta') return event.text.length
  return event.type === 'tool-input-delta' ? event.json.length : 0
}

const NOT_READY = null

function nextTurn(): Promise<typeof NOT_READY> {
  return new Promise((resolve) => setImmediate(resolve, NOT_READY))
}

/** Whether nothing comes until then, by `performance.now()`; true at once when that is past. */
async function isSilentUntil(dueMs: number, step: Promise<CompletionStep>): Promise<boolean> {
  const waitMs = dueMs - performance.now()
  if (waitMs <= 0) return true
  let timer: NodeJS.Timeout | undefined
  const silence = new Promise<boolean>((resolve) => {
    timer = setTimeout(resolve, waitMs, true)
  })
  const isSilent = await Promise.race([step.then(() => false), silence])
  clearTimeout(timer)
  return isSilent
}
