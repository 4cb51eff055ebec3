import { CompletionError } from '../completion/completion-error.ts'
import type { CompletionEvent } from '../completion/completion-event.ts'
import type { CompletionRequest } from '../completion/completion-request.ts'
import type { Engine, EngineCapabilities } from '../completion/engine.ts'
import type { Prompt } from '../completion/prompt.ts'
import { RecordingFolder } from './recording-folder.ts'
import { promptKey, recordingKey } from './recording-key.ts'
import { RecordingPlayer } from './recording-player.ts'
import type { RecordingSettings } from './settings.ts'

/** An engine without a model: it plays recordings, and refuses what was not recorded. */
export class ReplayEngine implements Engine {
  readonly contextWindowTokens = Number.POSITIVE_INFINITY
  readonly capabilities: EngineCapabilities = {
    tools: true,
    images: true,
    outputSchema: true,
    rawPrompts: true,
    logprobs: 'prompt',
  }
  readonly isReady = true
  readonly isUnresponsive = false
  /** Whether the recorded engine charged for what it cached. */
  readonly reportsCaching: boolean
  readonly folder: RecordingFolder
  readonly #player: RecordingPlayer
  readonly #settings: RecordingSettings

  private constructor(folder: RecordingFolder, settings: RecordingSettings) {
    this.folder = folder
    this.#settings = settings
    this.#player = new RecordingPlayer(folder, settings)
    this.reportsCaching = folder.all.some(
      ({ recording }) => recording.response?.usage?.cacheReadTokens !== undefined,
    )
  }

  /** @throws Error that names a file that cannot be read */
  static async open(settings: RecordingSettings): Promise<ReplayEngine> {
    return new ReplayEngine(await RecordingFolder.open(settings), settings)
  }

  /** One line about the folder. */
  get description(): string {
    return `recordings in ${this.folder.path} (${this.folder.all.length})`
  }

  async countTokens(prompt: Prompt, signal: AbortSignal): Promise<number> {
    const request = await this.folder.normalizer.promptOf(prompt, signal)
    const counted = this.folder.countOf(promptKey(request))
    if (counted !== null) return counted
    throw new CompletionError(
      'invalid-request',
      `The tokens of this prompt were not counted when ${this.folder.path} was recorded. Record them with CONTINUO_RECORDING=record-missing.`,
    )
  }

  async *generate(
    request: CompletionRequest,
    signal: AbortSignal,
  ): AsyncGenerator<readonly CompletionEvent[]> {
    const recorded = await this.folder.normalizer.requestOf(request, signal)
    const key = recordingKey(recorded, this.#settings.keyedBy)
    const ordinal = this.#player.count(key, request.testName)
    const stored = this.#player.find(key, ordinal)
    if (!stored?.recording.response) throw await this.#player.missing(recorded, ordinal, key)
    this.folder.notePlay(stored)
    yield* this.#player.play(stored.recording.response, request.prompt, signal)
  }

  async close(): Promise<void> {}
}
