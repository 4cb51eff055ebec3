import type { EngineOutput } from '../protocol/engine-messages.ts'

/**
 * Text is held back for so long at most, a frame of most screens, so that a model that is faster than anybody reads does not wake the server and
 * its client for each token. No first text waits, no end, and nothing where the next step may take longer.
 */
export const MAX_HOLD_MS = 16

type Delta = { -readonly [Key in keyof DeltaOutput]: DeltaOutput[Key] }
type DeltaOutput = Extract<EngineOutput, { type: 'delta' }>

/** What happened to requests, until the server is told of it. */
export class OutputBuffer {
  readonly #report: (outputs: readonly EngineOutput[]) => void
  readonly #nowMs: () => number
  #outputs: EngineOutput[] = []
  /** Those of the prefills among them that began in this step, and when. */
  readonly #newPrefills: { readonly output: { agoMs: number }; readonly startedMs: number }[] = []
  /** Requests of which some text was told, each with its delta that waits, if one does. */
  readonly #spoken = new Map<number, Delta | null>()
  #isUrgent = false
  #reportedMs = Number.NEGATIVE_INFINITY

  /**
   * @param report sends what happened, in its order
   * @param nowMs a clock that never goes back, in milliseconds
   */
  constructor(report: (outputs: readonly EngineOutput[]) => void, nowMs: () => number) {
    this.#report = report
    this.#nowMs = nowMs
  }

  /** Anything but text; it is told at the end of this step. */
  add(output: Exclude<EngineOutput, { type: 'delta' | 'prefill' }>): void {
    this.#outputs.push(output)
    this.#isUrgent = true
    if (output.type === 'end' || output.type === 'fail') this.#spoken.delete(output.id)
  }

  addPrefill(id: number, reusedPromptTokens: number): void {
    const output = { type: 'prefill' as const, id, reusedPromptTokens, agoMs: 0 }
    this.#outputs.push(output)
    this.#newPrefills.push({ output, startedMs: this.#nowMs() })
    this.#isUrgent = true
  }

  /** Text of one request; it joins what waits of the same request. */
  addText(id: number, text: string, completionTokens: number): void {
    const waiting = this.#spoken.get(id)
    if (waiting) {
      waiting.text += text
      waiting.completionTokens += completionTokens
      return
    }
    if (waiting === undefined) this.#isUrgent = true
    const delta: Delta = { type: 'delta', id, text, completionTokens }
    this.#outputs.push(delta)
    this.#spoken.set(id, delta)
  }

  /** Nobody wants to hear of this request any more. */
  forget(id: number): void {
    this.#spoken.delete(id)
  }

  /**
   * At the end of a step: tells what must not wait.
   *
   * @param untilNextMs how long the next step will take; what is held back must be told before it if that is too long
   */
  endStep(untilNextMs: number): void {
    if (this.#outputs.length === 0) return
    const nowMs = this.#nowMs()
    if (!this.#isUrgent && nowMs - this.#reportedMs + untilNextMs <= MAX_HOLD_MS) return
    // What began in a step is told at its end: the receiver could not see how long the prefill took.
    for (const { output, startedMs } of this.#newPrefills.splice(0)) output.agoMs = nowMs - startedMs
    const outputs = this.#outputs
    this.#outputs = []
    for (const output of outputs) if (this.#spoken.has(output.id)) this.#spoken.set(output.id, null)
    this.#isUrgent = false
    this.#reportedMs = nowMs
    this.#report(outputs)
  }
}
