import { readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { State } from '../state/state.ts'
import { commitEnd, readPositions } from './commit-chunk.ts'
import { segmentOwner, type UsageJournal } from './usage-journal.ts'

/**
 * How long a segment of another process must be unchanged before it is removed. Its writer may only be suspended and
 * continue the file later; committing its rows in the meantime is harmless.
 */
const REST_MS = 24 * 60 * 60_000

/** The segments in a journal's folder that its own process did not write. */
export class Leftovers {
  readonly #state: State
  readonly #journal: UsageJournal
  readonly #commitFrom: (segment: string, path: string, start: number) => Promise<number | null>

  constructor(
    state: State,
    journal: UsageJournal,
    commitFrom: (segment: string, path: string, start: number) => Promise<number | null>,
  ) {
    this.#state = state
    this.#journal = journal
    this.#commitFrom = commitFrom
  }

  /** Commits the rows of these segments, and removes the segments that are finished. */
  async adopt(): Promise<void> {
    const own = new Set(this.#journal.segments.map(({ name }) => name))
    const names = (await readdir(this.#journal.folder)).filter(
      (name) => segmentOwner(name) !== undefined && !own.has(name),
    )
    const positions = await readPositions(this.#state, names)
    let leftoverBytes = 0
    for (const name of names.sort()) {
      const path = join(this.#journal.folder, name)
      const { bytes: start = 0, isEnded = false } = positions.get(name) ?? {}
      if (isEnded) await rm(path, { force: true })
      else leftoverBytes += await this.#adoptSegment(name, path, start)
    }
    this.#journal.noteLeftovers(leftoverBytes)
  }

  /** @returns how many bytes could not be committed */
  async #adoptSegment(name: string, path: string, start: number): Promise<number> {
    const before = await stat(path).catch(() => null)
    // Its owner has removed it in the meantime.
    if (before === null) return 0
    const end = await this.#commitFrom(name, path, start)
    if (end === null) return 0
    if (Date.now() - before.mtimeMs < REST_MS) return Math.max(0, before.size - end)
    // What is left is half a line that was never acknowledged.
    await commitEnd(this.#state, name)
    await rm(path, { force: true })
    return 0
  }
}
