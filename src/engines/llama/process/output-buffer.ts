import type { EngineNotice } from './engine-messages.ts'

/**
 * Text is held back for so long at most, a frame of most screens, so that a model that is faster than anybody reads does not wake the server and
 * its client for each token. No first text waits, no end, and nothing where the next step may take longer.
 */
export const MAX_HELD_MS = 16

type Delta = { -readonly [Key in keyof DeltaNotice]: DeltaNotice[Key] }
type DeltaNotice = Extract<EngineNotice, { type: 'delta' }>

/** What happened to requests, until the server is told of it. */
export class PendingNotices {
  readonly #report: (notices: readonly EngineNotice[]) => void
  readonly #nowMs: () => number
  #notices: EngineNotice[] = []
  /** Those of the prefills among them that began in this step, and when. */
  readonly #newPrefills: { readonly notice: { agoMs: number }; readonly startedMs: number }[] = []
  /** Requests of which some text was told, each with its delta that waits, if one does. */
  readonly #spoken = new Map<number, Delta | null>()
  #isUrgent = false
  #reportedMs = Number.NEGATIVE_INFINITY

  /**
   * @param report sends what happened, in its order
   * @param nowMs a clock that never goes back, in milliseconds
   */
  constructor(report: (notices: readonly EngineNotice[]) => void, nowMs: () => number) {
    this.#report = report
    this.#nowMs = nowMs
  }

  /** Anything but text; it is told at the end of this step. */
  add(notice: Exclude<EngineNotice, { type: 'delta' | 'prefill' }>): void {
    this.#notices.push(notice)
    this.#isUrgent = true
    if (notice.type === 'end' || notice.type === 'fail') this.#spoken.delete(notice.id)
  }

  addPrefill(id: number, reusedPromptTokens: number): void {
    const notice = { type: 'prefill' as const, id, reusedPromptTokens, agoMs: 0 }
    this.#notices.push(notice)
    this.#newPrefills.push({ notice, startedMs: this.#nowMs() })
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
    this.#notices.push(delta)
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
    if (this.#notices.length === 0) return
    const nowMs = this.#nowMs()
    if (!this.#isUrgent && nowMs - this.#reportedMs + untilNextMs <= MAX_HELD_MS) return
    // What began in a step is told at its end: the receiver could not see how long the prefill took.
    for (const { notice, startedMs } of this.#newPrefills.splice(0)) notice.agoMs = nowMs - startedMs
    const notices = this.#notices
    this.#notices = []
    for (const notice of notices) if (this.#spoken.has(notice.id)) this.#spoken.set(notice.id, null)
    this.#isUrgent = false
    this.#reportedMs = nowMs
    this.#report(notices)
  }
}
