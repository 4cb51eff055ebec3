import { WorkSlices } from '../util/work-slices.ts'
import { commonUnits } from './first-difference.ts'
import type { RecordedRequest } from './recorded-request.ts'
import type { StoredRecording } from './recording-folder.ts'
import { sortedJson } from './sorted-json.ts'

/** Most recordings that are compared with a request that has none. */
const MAX_COMPARED = 1_000

/** The recording whose request is most like another one: by turns, then by the text of the first turn that differs. */
export async function nearestRecording(
  request: RecordedRequest,
  recordings: readonly StoredRecording[],
): Promise<StoredRecording | null> {
  const slices = new WorkSlices()
  const asked = outlineOf(request)
  let nearest: StoredRecording | null = null
  let best: readonly number[] = [-1]
  for (const stored of recordings.slice(0, MAX_COMPARED)) {
    if (slices.isOver) await slices.next()
    const similarity = similarityOf(asked, outlineOf(stored.recording.request))
    if (compare(similarity, best) <= 0) continue
    best = similarity
    nearest = stored
  }
  return nearest
}

interface Outline {
  readonly turns: readonly string[]
  readonly others: readonly string[]
}

function outlineOf({ turns = [], maxTokens: _, sampling: __, ...others }: RecordedRequest): Outline {
  return {
    turns: turns.map((turn) => sortedJson(turn)),
    others: Object.entries(others).map((member) => sortedJson(member)),
  }
}

function similarityOf(asked: Outline, recorded: Outline): readonly number[] {
  let equalTurns = 0
  while (equalTurns < asked.turns.length && asked.turns[equalTurns] === recorded.turns[equalTurns])
    equalTurns += 1
  const common = commonUnits(asked.turns[equalTurns] ?? '', recorded.turns[equalTurns] ?? '')
  const equalOthers = asked.others.filter((other) => recorded.others.includes(other)).length
  const isAsLong = asked.turns.length === recorded.turns.length ? 1 : 0
  return [equalTurns, isAsLong, equalOthers, common]
}

function compare(a: readonly number[], b: readonly number[]): number {
  const index = a.findIndex((value, place) => value !== (b[place] ?? -1))
  return index === -1 ? 0 : (a[index] ?? 0) - (b[index] ?? -1)
}
