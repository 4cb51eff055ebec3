/** What drafts may cost before they have saved anything, in steps. */
const FIRST_CREDIT_STEPS = 0.5
/** What was saved long ago does not pay for drafts now. */
const MAX_CREDIT_STEPS = 3
/** The pauses of a text whose drafts do not pay: each is twice as long as the one before, at least. */
const FIRST_PAUSE_STEPS = 16
const MAX_PAUSE_STEPS = 512
/** What drafts that do not pay may cost: after a loss the pause is so long that it is no more than this share. */
const MAX_LOSS = 0.02

/** Whether the drafts of one sequence pay. When they have cost more than they saved, they pause, and are tried again. */
export class DraftCredit {
  #steps = FIRST_CREDIT_STEPS
  #pauseSteps = 0
  #nextPauseSteps = FIRST_PAUSE_STEPS

  /** Call it once a step. Whether the sequence gets a draft. */
  allowsDraft(): boolean {
    if (this.#pauseSteps === 0) return true
    this.#pauseSteps--
    return false
  }

  /** @param steps that a draft saved; negative where it cost more than it saved */
  add(steps: number): void {
    this.#steps = Math.min(MAX_CREDIT_STEPS, this.#steps + steps)
    if (this.#steps >= 0) {
      if (steps > 0) this.#nextPauseSteps = Math.max(FIRST_PAUSE_STEPS, this.#nextPauseSteps / 2)
      return
    }
    this.#pauseSteps = Math.max(this.#nextPauseSteps, Math.ceil(-this.#steps / MAX_LOSS))
    this.#steps = 0
    this.#nextPauseSteps = Math.min(MAX_PAUSE_STEPS, this.#nextPauseSteps * 2)
  }
}
