import { randomUUID } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { WorkSlices } from '../util/work-slices.ts'
import { parseRecording, type Recording, writeRecording } from './recording.ts'
import { promptKey, recordingKey } from './recording-key.ts'
import { recordingName } from './recording-name.ts'
import { RequestNormalizer } from './request-normalizer.ts'
import type { RecordingSettings } from './settings.ts'

/** Most files of a folder. */
export const MAX_RECORDINGS = 20_000
/** Most bytes of all of them: they are kept in memory. */
export const MAX_FOLDER_BYTES = 256 * 1024 * 1024

/** A recording and its file. */
export interface StoredRecording {
  /** The name of its file. */
  readonly name: string
  readonly key: string
  /** The size of its file. */
  readonly sizeBytes: number
  readonly recording: Recording
}

/** What is known of the files of a folder. */
type FolderSettings = Pick<RecordingSettings, 'folder' | 'keyedBy' | 'normalize' | 'redact'>

/** Recordings in the files of a folder, found by what their requests mean. */
export class RecordingFolder {
  readonly path: string
  readonly normalizer: RequestNormalizer
  readonly #keyedBy: RecordingSettings['keyedBy']
  /** By key, in the order of their ordinals. */
  readonly #stored = new Map<string, StoredRecording[]>()
  /** How many tokens prompts have, by the key of the prompt. */
  readonly #counts = new Map<string, number>()
  /** In the order of their names; null where it is to be sorted again. */
  #sorted: readonly StoredRecording[] | null = null
  /** How often recordings were played since the folder was opened, by name. */
  readonly #plays = new Map<string, number>()
  #bytes = 0
  #count = 0

  private constructor({ folder, keyedBy, ...rules }: FolderSettings) {
    this.path = folder
    this.#keyedBy = keyedBy
    this.normalizer = new RequestNormalizer(rules)
  }

  /**
   * Reads a folder; one that is not there is empty.
   *
   * @throws Error that names a file that cannot be read
   */
  static async open(settings: FolderSettings): Promise<RecordingFolder> {
    const folder = new RecordingFolder(settings)
    const slices = new WorkSlices()
    for (const name of await namesIn(settings.folder)) {
      if (slices.isOver) await slices.next()
      await folder.#read(name)
    }
    for (const stored of folder.#stored.values()) stored.sort(byOrdinal)
    return folder
  }

  /** All recordings, in the order of their names. */
  get all(): readonly StoredRecording[] {
    this.#sorted ??= [...this.#stored.values()].flat().sort((a, b) => (a.name < b.name ? -1 : 1))
    return this.#sorted
  }

  /** How many recordings there are. */
  get count(): number {
    return this.#count
  }

  /** The bytes of all of them. */
  get sizeBytes(): number {
    return this.#bytes
  }

  /** All recordings, in no order. */
  *unsorted(): Iterable<StoredRecording> {
    for (const stored of this.#stored.values()) yield* stored
  }

  /** The recording in a file of this folder; null if there is none. */
  named(name: string): StoredRecording | null {
    for (const stored of this.unsorted()) if (stored.name === name) return stored
    return null
  }

  /** Counts that a recording is played. */
  notePlay({ name }: StoredRecording): void {
    this.#plays.set(name, this.playsOf({ name }) + 1)
  }

  playsOf({ name }: Pick<StoredRecording, 'name'>): number {
    return this.#plays.get(name) ?? 0
  }

  keyOf(recording: Pick<Recording, 'request' | 'response'>): string {
    const { request, response } = recording
    return response === null ? promptKey(request) : recordingKey(request, this.#keyedBy)
  }

  /** The text of a recording's file. */
  textOf(recording: Recording): string {
    return writeRecording(recording)
  }

  /** The recordings of a request, the first one first. */
  find(key: string): readonly StoredRecording[] {
    return this.#stored.get(key) ?? []
  }

  /** How many tokens a prompt was counted to have, by itself or for a completion; null if it was not. */
  countOf(key: string): number | null {
    return this.#counts.get(key) ?? null
  }

  /**
   * Writes a recording, which takes the place of one with the same key and ordinal. A reader finds either of them whole.
   *
   * @throws Error when the folder is full or cannot be written
   */
  async add(recording: Recording): Promise<StoredRecording> {
    const key = this.keyOf(recording)
    const text = this.textOf(recording)
    const sizeBytes = Buffer.byteLength(text)
    const stored: StoredRecording = { name: recordingName(recording, key), key, sizeBytes, recording }
    this.#takeSpace(stored)
    await this.#writeFile(stored.name, text).catch((error) => {
      this.#freeSpace(stored)
      throw error
    })
    this.#noteCount(recording)
    this.#sorted = null
    const siblings = this.find(key)
    const replaced = siblings.filter(({ recording: { ordinal } }) => ordinal === recording.ordinal)
    for (const one of replaced) {
      this.#freeSpace(one)
      if (one.name !== stored.name) await this.#removeFile(one.name)
    }
    this.#stored.set(key, [...siblings.filter((one) => !replaced.includes(one)), stored].sort(byOrdinal))
    return stored
  }

  /** Removes recordings and their files. */
  async remove(recordings: readonly StoredRecording[]): Promise<void> {
    this.#sorted = null
    for (const stored of recordings) {
      await this.#removeFile(stored.name)
      // Another request may have removed it meanwhile.
      if (!this.find(stored.key).includes(stored)) continue
      this.#freeSpace(stored)
      const others = this.find(stored.key).filter((other) => other !== stored)
      if (others.length === 0) this.#stored.delete(stored.key)
      else this.#stored.set(stored.key, others)
    }
  }

  #noteCount({ request, response, countedTokens }: Recording): void {
    const tokens = countedTokens ?? response?.usage?.promptTokens
    if (tokens !== undefined) this.#counts.set(promptKey(request), tokens)
  }

  async #writeFile(name: string, text: string): Promise<void> {
    mkdirSync(this.path, { recursive: true })
    const temporary = join(this.path, `.${name}.${randomUUID()}`)
    await writeFile(temporary, text)
    await rename(temporary, join(this.path, name))
  }

  #removeFile(name: string): Promise<void> {
    return rm(join(this.path, name), { force: true })
  }

  async #read(name: string): Promise<void> {
    const path = join(this.path, name)
    try {
      const { size } = await stat(path)
      if (size > MAX_FOLDER_BYTES) throw new Error('it is too large')
      const text = await readFile(path, 'utf8')
      this.#takeSpace({ name, sizeBytes: size })
      const read = parseRecording(text)
      const recording = { ...read, request: await this.normalizer.normalized(read.request) }
      const key = this.keyOf(recording)
      this.#noteCount(recording)
      const siblings = this.#stored.get(key)
      const stored: StoredRecording = { name, key, sizeBytes: size, recording }
      if (siblings === undefined) this.#stored.set(key, [stored])
      else siblings.push(stored)
    } catch (error) {
      throw new Error(`The recording ${path} cannot be used: ${(error as Error).message}.`, { cause: error })
    }
  }

  #takeSpace({ name, sizeBytes }: Pick<StoredRecording, 'name' | 'sizeBytes'>): void {
    if (this.#bytes + sizeBytes <= MAX_FOLDER_BYTES && this.#count < MAX_RECORDINGS) {
      this.#bytes += sizeBytes
      this.#count += 1
      return
    }
    throw new Error(
      `${this.path} has no space for ${name}: it holds at most ${MAX_RECORDINGS} recordings of together ${MAX_FOLDER_BYTES} bytes`,
    )
  }

  #freeSpace({ name, sizeBytes }: StoredRecording): void {
    this.#bytes -= sizeBytes
    this.#count -= 1
    this.#plays.delete(name)
  }
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    const names = await readdir(folder)
    return names.filter((name) => name.endsWith('.json') && !name.startsWith('.')).sort()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw new Error(`The recordings in ${folder} cannot be read: ${(error as Error).message}`, {
      cause: error,
    })
  }
}

function byOrdinal(a: StoredRecording, b: StoredRecording): number {
  return a.recording.ordinal - b.recording.ordinal || (a.name < b.name ? -1 : 1)
}
