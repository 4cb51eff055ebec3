import { setTimeout as delay } from 'node:timers/promises'
import { CompletionError } from '../src/completion/completion-error.ts'
import type { CompletionEvent, StopReason } from '../src/completion/completion-event.ts'
import type { CompletionRequest } from '../src/completion/completion-request.ts'
import type { Engine, EngineCapabilities } from '../src/completion/engine.ts'
import type { Prompt } from '../src/completion/prompt.ts'
import { WatchedCount } from './watched-count.ts'

/** A step of a scripted engine; a string is a delta of one token. */
export type ScriptStep =
  | string
  | { readonly delayMs: number }
  | { readonly waitsFor: Promise<unknown> }
  | { readonly throws: unknown }
  | { readonly ends: StopReason }
  /** Any event: thinking, a call, a count. */
  | { readonly yields: CompletionEvent }
  /** Waits until the request's signal fires. */
  | { readonly hangs: true }

/** A script. The steps in `beforeStart` come before the first event. */
export interface Script {
  readonly beforeStart?: readonly ScriptStep[]
  readonly steps: readonly ScriptStep[] | ((request: CompletionRequest) => readonly ScriptStep[])
}

const MAX_TEXT_UNITS_TOGETHER = 65_536

/** An engine without a model: it plays a script and records its requests. */
export class ScriptedEngine implements Engine {
  readonly contextWindowTokens = 100
  readonly capabilities: EngineCapabilities = {
    tools: true,
    images: true,
    outputSchema: true,
    rawPrompts: true,
  }
  /** Every request that reached the engine, in order. */
  readonly requests: CompletionRequest[] = []
  /** When a request was found cancelled, by `performance.now()`. */
  readonly cancelledAtMs: number[] = []
  /** Requests that have started and not yet ended. */
  readonly running = new WatchedCount()
  /** Arrays of events that were yielded. */
  yieldedCount = 0
  script: Script

  constructor(script: Script) {
    this.script = script
  }

  /** A token for every eight characters, rounded up. */
  async countTokens(prompt: Prompt): Promise<number> {
    return Math.ceil(prompt.text.length / 8)
  }

  /** Yields the events between two waits together, up to the text of one socket read. */
  async *generate(
    request: CompletionRequest,
    signal: AbortSignal,
  ): AsyncGenerator<readonly CompletionEvent[]> {
    let together: CompletionEvent[] = []
    let textUnits = 0
    try {
      for await (const event of this.#events(request, signal)) {
        if (event !== 'wait') together.push(event)
        if (event !== 'wait' && event.type === 'text-delta') textUnits += event.text.length
        const isFull = textUnits >= MAX_TEXT_UNITS_TOGETHER
        if (together.length === 0 || (event !== 'wait' && event.type !== 'completion-end' && !isFull))
          continue
        this.yieldedCount += 1
        yield together
        if (together.at(-1)?.type === 'completion-end') return
        together = []
        textUnits = 0
      }
    } catch (error) {
      if (together.length > 0) yield together
      throw error
    }
    if (together.length > 0) yield together
  }

  async *#events(request: CompletionRequest, signal: AbortSignal): AsyncGenerator<CompletionEvent | 'wait'> {
    this.requests.push(request)
    this.running.add(1)
    try {
      yield* this.#play(this.script.beforeStart ?? [], request, signal)
      const promptTokens = await this.countTokens(request.prompt)
      if (promptTokens >= this.contextWindowTokens) {
        throw CompletionError.promptTooLong(promptTokens, this.contextWindowTokens - 1)
      }
      yield { type: 'completion-start', promptTokens }
      const { steps } = this.script
      yield* this.#play(typeof steps === 'function' ? steps(request) : steps, request, signal)
    } finally {
      this.running.add(-1)
    }
  }

  async *#play(
    steps: readonly ScriptStep[],
    request: CompletionRequest,
    signal: AbortSignal,
  ): AsyncGenerator<CompletionEvent | 'wait'> {
    let completionTokens = 0
    for (const step of steps) {
      if (signal.aborted) throw this.#cancelled()
      if (typeof step === 'string') {
        yield { type: 'text-delta', text: step, completionTokens: 1 }
        completionTokens += 1
        if (completionTokens === request.maxTokens) return yield end('max-tokens')
      } else if ('throws' in step) throw step.throws
      else if ('ends' in step) return yield end(step.ends)
      else if ('yields' in step) yield step.yields
      else if ('waitsFor' in step) {
        yield 'wait'
        await Promise.race([step.waitsFor, this.#wait(2 ** 30, signal)])
      } else {
        yield 'wait'
        await this.#wait('delayMs' in step ? step.delayMs : 2 ** 30, signal)
      }
    }
  }

  async #wait(ms: number, signal: AbortSignal): Promise<void> {
    await delay(ms, undefined, { signal }).catch(() => {
      throw this.#cancelled()
    })
  }

  #cancelled(): CompletionError {
    this.cancelledAtMs.push(performance.now())
    return CompletionError.cancelled()
  }
}

function end(stopReason: StopReason): CompletionEvent {
  return { type: 'completion-end', stopReason, stopSequence: null }
}
