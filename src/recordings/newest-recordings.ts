import type { RecordedEngine } from './recorded-engine.ts'
import type { StoredRecording } from './recording-folder.ts'

/** A recording, and the engine that it belongs to. */
export interface FoundRecording {
  readonly engine: RecordedEngine
  readonly stored: StoredRecording
}

/** Where a recording is in the order of lists. */
export type RecordingPlace = readonly [recordedAt: string, engine: string, name: string]

/** Which recordings are listed. */
export interface RecordingFilter {
  readonly engine?: string | undefined
  readonly model?: string | undefined
  /** Part of a name, in small letters. */
  readonly text?: string | undefined
}

/** A page of a list. */
export interface RecordingPage {
  readonly limit: number
  /** The place of the last recording of the page before. */
  readonly after?: RecordingPlace | undefined
}

/** The place of a recording. */
export function placeOf({ engine, stored }: FoundRecording): RecordingPlace {
  return [stored.recording.recordedAt, engine.name, stored.name]
}

/** A page of the recordings of some engines, the newest first. It reads each once, and keeps those of the page. */
export function newestRecordings(
  engines: readonly RecordedEngine[],
  filter: RecordingFilter,
  { limit, after }: RecordingPage,
): { readonly rows: readonly FoundRecording[]; readonly hasMore: boolean } {
  const found: FoundRecording[] = []
  for (const engine of engines) {
    if (filter.engine !== undefined && filter.engine !== engine.name) continue
    for (const stored of engine.folder.unsorted()) {
      const candidate = { engine, stored }
      if (!matches(stored, filter)) continue
      if (after !== undefined && compare(placeOf(candidate), after) <= 0) continue
      insert(found, candidate, limit + 1)
    }
  }
  return { rows: found.slice(0, limit), hasMore: found.length > limit }
}

function matches({ name, recording }: StoredRecording, { model, text }: RecordingFilter): boolean {
  if (model !== undefined && recording.request.model !== model) return false
  return text === undefined || name.includes(text)
}

/** Keeps `found` sorted, and at most so long. */
function insert(found: FoundRecording[], candidate: FoundRecording, max: number): void {
  const place = placeOf(candidate)
  let [from, to] = [0, found.length]
  while (from < to) {
    const middle = (from + to) >> 1
    const other = found[middle]
    if (other !== undefined && compare(placeOf(other), place) < 0) from = middle + 1
    else to = middle
  }
  if (from >= max) return
  found.splice(from, 0, candidate)
  if (found.length > max) found.pop()
}

/** Negative where `a` comes before `b`. */
function compare(a: RecordingPlace, b: RecordingPlace): number {
  if (a[0] !== b[0]) return a[0] > b[0] ? -1 : 1
  const [left, right] = a[1] === b[1] ? [a[2], b[2]] : [a[1], b[1]]
  return left === right ? 0 : left < right ? -1 : 1
}
