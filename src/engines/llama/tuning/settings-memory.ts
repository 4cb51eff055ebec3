import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { MeasuredSettings } from '../settings.ts'
import { ALWAYS_WIDE_TOKENS } from './min-wide-batch-tokens.ts'

/** Settings of this many models are kept; the oldest are deleted. */
export const MAX_REMEMBERED = 256
/** The most threads that a setting allows. */
const MAX_THREADS = 512

/** What is measured of a model on a machine. */
export interface TunedSettings extends MeasuredSettings {
  /** The smallest batch that is worth every thread. */
  readonly wideBatchTokens: number
}

/** Files with measured settings in a folder, one for each model and machine. Where they cannot be kept, nothing is. */
export class SettingsMemory {
  readonly #folder: string | null

  /** @param folder null keeps nothing */
  constructor(folder: string | null) {
    this.#folder = folder
  }

  /**
   * The settings that were kept for a key.
   *
   * @returns null for none, or for a file that is no such settings
   */
  read(key: readonly unknown[]): TunedSettings | null {
    if (this.#folder === null) return null
    try {
      return tunedSettings(JSON.parse(readFileSync(join(this.#folder, fileName(key)), 'utf8')))
    } catch {
      return null
    }
  }

  write(key: readonly unknown[], settings: TunedSettings): void {
    if (this.#folder === null) return
    const path = join(this.#folder, fileName(key))
    const written = `${path}.${process.pid}`
    try {
      mkdirSync(this.#folder, { recursive: true })
      // Another process may read meanwhile.
      writeFileSync(written, `${JSON.stringify(settings)}\n`)
      renameSync(written, path)
      deleteOldest(this.#folder)
    } catch {
      // It is measured again at the next start.
    }
  }
}

function fileName(key: readonly unknown[]): string {
  return `${createHash('sha256').update(JSON.stringify(key)).digest('hex')}.json`
}

function deleteOldest(folder: string): void {
  const names = readdirSync(folder)
  if (names.length <= MAX_REMEMBERED) return
  const byAge = names
    .map((name) => join(folder, name))
    .map((path) => ({ path, changedMs: statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0 }))
    .sort((a, b) => a.changedMs - b.changedMs)
  for (const { path } of byAge.slice(0, names.length - MAX_REMEMBERED)) rmSync(path, { force: true })
}

function tunedSettings(value: Partial<Record<keyof TunedSettings, unknown>> | null): TunedSettings | null {
  const { threads, kvCache, flashAttention, wideBatchTokens } = value ?? {}
  if (!isCount(threads, MAX_THREADS) || !isCount(wideBatchTokens, ALWAYS_WIDE_TOKENS)) return null
  if (kvCache !== 'unified' && kvCache !== 'per-sequence') return null
  return typeof flashAttention === 'boolean' ? { threads, kvCache, flashAttention, wideBatchTokens } : null
}

function isCount(value: unknown, most: number): value is number {
  return Number.isInteger(value) && (value as number) >= 1 && (value as number) <= most
}
