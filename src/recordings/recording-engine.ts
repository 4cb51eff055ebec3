import { CompletionError } from '../completion/completion-error.ts'
import type { CompletionEvent } from '../completion/completion-event.ts'
import type { CompletionRequest } from '../completion/completion-request.ts'
import type { Engine } from '../completion/engine.ts'
import { EngineAround } from '../completion/engine-around.ts'
import type { Prompt } from '../completion/prompt.ts'
import type { RecordedRequest } from './recorded-request.ts'
import { RecordingFolder, type StoredRecording } from './recording-folder.ts'
import { promptKey, recordingKey } from './recording-key.ts'
import { RecordingPlayer } from './recording-player.ts'
import { ResponseRecorder } from './response-recorder.ts'
import type { RecordingMode, RecordingSettings } from './settings.ts'

/** An engine that can be recorded. */
export interface RecordableEngine extends Engine {
  readonly isReady: boolean
  readonly isUnresponsive: boolean
  readonly description: string
  close(): Promise<void>
}

/** How an engine is recorded. */
export interface RecordingEngineOptions {
  readonly settings: RecordingSettings
  readonly mode: Exclude<RecordingMode, 'replay'>
  /** The release that records. */
  readonly version: string
  readonly onWarning: (warning: string) => void
}

/** A request that is about to be recorded. */
interface CountedRequest {
  readonly recorded: RecordedRequest
  readonly key: string
  readonly ordinal: number
}

/** An engine around an engine, which records what that one responds. */
export class RecordingEngine<Inner extends RecordableEngine>
  extends EngineAround<Inner>
  implements RecordableEngine
{
  readonly folder: RecordingFolder
  /** While it is not, nothing is written or replaced; what was recorded plays as before. */
  isRecording = true
  readonly #player: RecordingPlayer
  readonly #options: RecordingEngineOptions
  /** The recordings that were there at first: in the mode `record` they are replaced. */
  readonly #old: ReadonlySet<StoredRecording>
  /** What is being recorded, by key and ordinal. */
  readonly #recording = new Map<string, Promise<void>>()

  private constructor(inner: Inner, folder: RecordingFolder, options: RecordingEngineOptions) {
    super(inner)
    this.folder = folder
    this.#options = options
    this.#player = new RecordingPlayer(folder, options.settings)
    this.#old = new Set(folder.all)
  }

  /** @throws Error that names a file that cannot be read */
  static async open<Inner extends RecordableEngine>(
    inner: Inner,
    options: RecordingEngineOptions,
  ): Promise<RecordingEngine<Inner>> {
    return new RecordingEngine(inner, await RecordingFolder.open(options.settings), options)
  }

  get mode(): RecordingEngineOptions['mode'] {
    return this.#options.mode
  }

  get isReady(): boolean {
    return this.inner.isReady
  }

  get isUnresponsive(): boolean {
    return this.inner.isUnresponsive
  }

  get description(): string {
    return `${this.inner.description}, recorded in ${this.folder.path}`
  }

  override async countTokens(prompt: Prompt, signal: AbortSignal): Promise<number> {
    const { mode } = this.#options
    const request = await this.folder.normalizer.promptOf(prompt, signal)
    const key = promptKey(request)
    const known = mode === 'record-missing' ? this.folder.countOf(key) : null
    if (known !== null) return known
    const countedTokens = await this.inner.countTokens(prompt, signal)
    await this.#write({ recorded: request, key, ordinal: 1 }, { response: null, countedTokens })
    return countedTokens
  }

  async *generate(
    request: CompletionRequest,
    signal: AbortSignal,
  ): AsyncGenerator<readonly CompletionEvent[]> {
    const { settings } = this.#options
    const recorded = await this.folder.normalizer.requestOf(request, signal)
    const key = recordingKey(recorded, settings.keyedBy)
    const ordinal = this.#player.count(key, request.testName)
    const name = `${key} ${ordinal}`
    // While another test has the same recorded.
    for (let other = this.#recording.get(name); other !== undefined; other = this.#recording.get(name)) {
      await endedOrAborted(other, signal)
      if (signal.aborted) throw CompletionError.cancelled()
    }
    const stored = this.#playable(key, ordinal)
    if (stored?.recording.response) {
      this.folder.notePlay(stored)
      yield* this.#player.play(stored.recording.response, request.prompt, signal)
    } else yield* this.#recordAlone(request, { recorded, key, ordinal }, signal)
  }

  async close(): Promise<void> {
    await this.inner.close()
  }

  /**
   * What is played in place of asking. A request that is new in this run is recorded as often as one test sends it; the next
   * test plays that, or one of the two would miss the recordings of what followed the other's response.
   */
  #playable(key: string, ordinal: number): StoredRecording | null {
    const own = this.folder
      .find(key)
      .find((stored) => stored.recording.ordinal === ordinal && !this.#old.has(stored))
    if (own !== undefined || this.#options.mode === 'record') return own ?? null
    const found = this.#player.find(key, ordinal)
    return found !== null && this.#old.has(found) ? found : null
  }

  async *#recordAlone(
    request: CompletionRequest,
    counted: CountedRequest,
    signal: AbortSignal,
  ): AsyncGenerator<readonly CompletionEvent[]> {
    const name = `${counted.key} ${counted.ordinal}`
    let end = () => {}
    this.#recording.set(name, new Promise((resolve) => (end = resolve)))
    try {
      yield* this.#record(request, counted, signal)
    } finally {
      this.#recording.delete(name)
      end()
    }
  }

  async *#record(
    request: CompletionRequest,
    counted: CountedRequest,
    signal: AbortSignal,
  ): AsyncGenerator<readonly CompletionEvent[]> {
    const recorder = new ResponseRecorder(request, () => performance.now())
    try {
      for await (const events of this.inner.generate(request, signal)) {
        const wasOver = recorder.isOver
        const wasTooLong = recorder.isTooLong
        recorder.push(events)
        if (recorder.isTooLong && !wasTooLong)
          this.#options.onWarning('a response is too long to be recorded')
        // At a stop sequence the server stops reading, so the recording is written before its end is passed on.
        if (recorder.isOver && !wasOver) await this.#keep(recorder, counted)
        yield events
      }
    } catch (error) {
      const wasOver = recorder.isOver
      if (!signal.aborted) recorder.fail(error)
      if (recorder.isOver && !wasOver) await this.#keep(recorder, counted)
      throw error
    }
  }

  async #keep(recorder: ResponseRecorder, counted: CountedRequest): Promise<void> {
    if (recorder.isTooLong) return
    const response = await this.folder.normalizer.redacted(recorder.response())
    await this.#write(counted, { response })
  }

  async #write(
    { recorded, key, ordinal }: CountedRequest,
    what: {
      readonly response: ReturnType<ResponseRecorder['response']> | null
      readonly countedTokens?: number
    },
  ): Promise<void> {
    const { version, mode } = this.#options
    if (!this.isRecording) return
    try {
      const recordedAt = new Date().toISOString()
      const recordedBy = `continuo ${version}, ${this.inner.description}`
      await this.folder.add({ ordinal, recordedAt, recordedBy, request: recorded, ...what })
      if (mode !== 'record') return
      await this.folder.remove(this.folder.find(key).filter((stored) => this.#old.has(stored)))
    } catch (cause) {
      throw new CompletionError(
        'engine-failed',
        `The recording could not be written: ${(cause as Error).message}`,
        { cause },
      )
    }
  }
}

/** Waits for a promise that does not reject, or for a signal. */
function endedOrAborted(promise: Promise<void>, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve()
    signal.addEventListener('abort', () => resolve(), { once: true })
    void promise.then(resolve)
  })
}
