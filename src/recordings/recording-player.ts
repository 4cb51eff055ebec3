import { hash } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { CompletionError } from '../completion/completion-error.ts'
import type { CompletionEvent } from '../completion/completion-event.ts'
import { WorkSlices } from '../util/work-slices.ts'
import { firstDifference } from './first-difference.ts'
import { nearestRecording } from './nearest-recording.ts'
import { type PlayedPrompt, playedEvents } from './played-events.ts'
import type { RecordedRequest } from './recorded-request.ts'
import type { RecordedResponse } from './recorded-response.ts'
import type { RecordingFolder, StoredRecording } from './recording-folder.ts'
import { keyedPart } from './recording-key.ts'
import type { RecordingSettings } from './settings.ts'

/** The longest pause between two pieces. */
const MAX_PAUSE_MS = 60_000
/** Most keys whose requests are counted, those of each test by themselves. */
const MAX_COUNTED_KEYS = 100_000

/** Plays recordings: the n-th request of a test with a key plays its n-th recording. */
export class RecordingPlayer {
  readonly #folder: RecordingFolder
  readonly #settings: RecordingSettings
  readonly #asked = new Map<string, number>()

  constructor(folder: RecordingFolder, settings: RecordingSettings) {
    this.#folder = folder
    this.#settings = settings
  }

  /** Counts a request, and returns its ordinal among those of its test with its key. */
  count(key: string, testName: string | undefined): number {
    // A hash, since names are as long as their clients like.
    const counted = testName === undefined ? key : hash('sha256', `${key} ${testName}`)
    const ordinal = (this.#asked.get(counted) ?? 0) + 1
    if (ordinal === 1 && this.#asked.size >= MAX_COUNTED_KEYS) this.#asked.clear()
    this.#asked.set(counted, ordinal)
    return ordinal
  }

  /** The recording of the n-th request with a key; null if there is none. */
  find(key: string, ordinal: number): StoredRecording | null {
    const stored = this.#folder.find(key)
    const own = stored[ordinal - 1]
    if (own !== undefined || stored.length === 0) return own ?? null
    if (this.#settings.repeat === 'refuse') return null
    const repeated = this.#settings.repeat === 'last' ? stored.at(-1) : stored[(ordinal - 1) % stored.length]
    return repeated ?? null
  }

  /** Yields the events of a response at the pace of the settings. Those that came together are yielded together. */
  async *play(
    response: RecordedResponse,
    prompt: PlayedPrompt,
    signal: AbortSignal,
  ): AsyncGenerator<readonly CompletionEvent[]> {
    const { pace } = this.#settings
    const factor = pace === 'none' ? 0 : pace === 'recorded' ? 1 : pace
    const slices = new WorkSlices()
    let playedMs = 0
    let together: CompletionEvent[] = []
    for (const { atMs, event } of playedEvents(response, prompt)) {
      if (atMs > playedMs) {
        if (together.length > 0) yield together
        together = []
        await pause((atMs - playedMs) * factor, slices, signal)
        playedMs = atMs
      }
      together.push(event)
    }
    if (together.length > 0) yield together
    const { failure } = response
    if (failure !== undefined) throw new CompletionError(failure.code, failure.message)
  }

  /** The error of a request without a recording: it names the nearest recording and where that differs. */
  async missing(request: RecordedRequest, ordinal: number, key: string): Promise<CompletionError> {
    const recorded = this.#folder.find(key).length
    const { path } = this.#folder
    const advice = 'Record it with CONTINUO_RECORDING=record-missing.'
    if (recorded > 0) {
      const text = `This request was recorded ${recorded === 1 ? 'once' : `${recorded} times`} in ${path} and is now sent for the ${ordinal}. time, which "repeat" refuses. ${advice}`
      return new CompletionError('invalid-request', text)
    }
    const { all } = this.#folder
    const text = `No recording of this request is in ${path}, which has ${all.length}.`
    const nearest = await nearestRecording(
      request,
      all.filter(({ recording }) => recording.response !== null),
    )
    if (nearest === null) return new CompletionError('invalid-request', `${text} ${advice}`)
    const { keyedBy } = this.#settings
    const difference = firstDifference(
      keyedPart(nearest.recording.request, keyedBy),
      keyedPart(request, keyedBy),
    )
    return new CompletionError(
      'invalid-request',
      `${text} The nearest is ${nearest.name}: ${difference ?? 'it is the same'}. ${advice}`,
    )
  }
}

async function pause(ms: number, slices: WorkSlices, signal: AbortSignal): Promise<void> {
  if (signal.aborted) throw CompletionError.cancelled()
  if (ms >= 1) {
    await delay(Math.min(ms, MAX_PAUSE_MS), undefined, { signal }).catch(() => {
      throw CompletionError.cancelled()
    })
  } else if (slices.isOver) await slices.next()
}
