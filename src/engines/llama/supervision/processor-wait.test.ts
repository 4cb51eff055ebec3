import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { ProcessorWait } from './processor-wait.ts'

/** Describes a process as Linux does, with what each of its threads has waited. */
function describedProcess() {
  const folder = mkdtempSync(join(tmpdir(), 'continuo-processes-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  return {
    folder,
    describe(waitedMs: Readonly<Record<string, number>>) {
      for (const [thread, ms] of Object.entries(waitedMs)) {
        mkdirSync(join(folder, '7', 'task', thread), { recursive: true })
        writeFileSync(join(folder, '7', 'task', thread, 'schedstat'), `123 ${ms * 1e6} 45\n`)
      }
    },
  }
}

it('returns how long the thread that waited most has waited since the last call', () => {
  const { folder, describe } = describedProcess()
  const wait = new ProcessorWait(7, folder)
  describe({ 7: 1_000, 8: 5_000 })
  expect(wait.sinceLastMs()).toBe(0)
  describe({ 7: 1_700, 8: 5_200 })
  expect(wait.sinceLastMs()).toBe(700)
  expect(wait.sinceLastMs()).toBe(0)
})

it('counts a thread from the first call that sees it', () => {
  const { folder, describe } = describedProcess()
  const wait = new ProcessorWait(7, folder)
  describe({ 7: 0 })
  wait.sinceLastMs()
  describe({ 9: 4_000 })
  expect(wait.sinceLastMs()).toBe(0)
})

it('is 0 where nothing is known of the process', () => {
  const wait = new ProcessorWait(7, join(tmpdir(), 'continuo-no-such-folder'))
  expect([wait.sinceLastMs(), wait.sinceLastMs()]).toEqual([0, 0])
})

it('reads what the operating system says of this process', () => {
  const wait = new ProcessorWait(process.pid)
  wait.sinceLastMs()
  expect(wait.sinceLastMs()).toBeGreaterThanOrEqual(0)
})
