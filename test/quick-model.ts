import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll } from 'vitest'
import { writeRandomGguf } from './gguf/random-gguf.ts'
import { ContinuoProcess } from './run-continuo.ts'

/** A model file of random weights, and the processes that tests start with it. */
export interface QuickModel {
  readonly folder: string
  /** Flags for this model with one thread, without measuring, and with reproducible responses. */
  readonly flags: readonly string[]
  /** Starts a command, which ends with the test. */
  start(...words: readonly string[]): ContinuoProcess
}

/** Writes the model before the tests of a file, and removes it after them. */
export function quickModel(): QuickModel {
  const folder = mkdtempSync(join(tmpdir(), 'continuo-cli-'))
  const path = join(folder, 'random.gguf')
  const started: ContinuoProcess[] = []
  beforeAll(() => writeRandomGguf(path, { contextTokens: 8192 }))
  afterEach(() => {
    for (const { child } of started.splice(0)) child.kill('SIGKILL')
  })
  afterAll(() => rmSync(folder, { recursive: true }))
  return {
    folder,
    flags: ['--model', path, '--threads', '1', '--seed', '1'],
    start(...words) {
      const command = new ContinuoProcess(words)
      started.push(command)
      return command
    },
  }
}
