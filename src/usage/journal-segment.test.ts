import type * as fs from 'node:fs'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { newFolder } from '../../test/databases.ts'
import { usageRow } from '../../test/usage-rows.ts'
import { JournalSegment } from './journal-segment.ts'
import { UsageJournal } from './usage-journal.ts'

/** What the disk does wrong. */
const disk = { takesBytes: Number.POSITIVE_INFINITY, truncates: true, syncError: null as Error | null }
beforeEach(() => {
  Object.assign(disk, { takesBytes: Number.POSITIVE_INFINITY, truncates: true, syncError: null })
})

vi.mock('node:fs', async (importOriginal) => {
  const real = await importOriginal<typeof fs>()
  return {
    ...real,
    writeSync(file: number, bytes: Buffer, offset: number, length: number) {
      if (disk.takesBytes === 0) throw new Error('ENOSPC: no space left on device, write')
      const taken = real.writeSync(file, bytes, offset, Math.min(length, disk.takesBytes))
      disk.takesBytes -= taken
      return taken
    },
    ftruncateSync(file: number, length: number) {
      if (!disk.truncates) throw new Error('EIO: i/o error, ftruncate')
      real.ftruncateSync(file, length)
    },
    fdatasync(file: number, callback: (error: Error | null) => void) {
      if (disk.syncError === null) real.fdatasync(file, callback)
      else setImmediate(callback, disk.syncError)
    },
  }
})

const WHOLE = Buffer.from('["a whole line"]\n')
const NEXT = Buffer.from('["the next line"]\n')

async function openSegment(): Promise<JournalSegment> {
  const segment = new JournalSegment('mine-000001.v1.journal', join(await newFolder(), 'segment'))
  segment.append(WHOLE)
  return segment
}

describe('JournalSegment.append', () => {
  it('takes back what the disk has of a line that it does not take whole', async () => {
    const segment = await openSegment()
    disk.takesBytes = 5
    expect(() => segment.append(NEXT)).toThrow('ENOSPC')
    expect(readFileSync(segment.path, 'utf8')).toBe(String(WHOLE))
    expect(segment.writtenBytes).toBe(WHOLE.length)
    disk.takesBytes = Number.POSITIVE_INFINITY
    segment.append(NEXT)
    expect(readFileSync(segment.path, 'utf8')).toBe(`${WHOLE}${NEXT}`)
    segment.end()
  })

  it('ends where half a line cannot be taken back: the next line would follow it', async () => {
    const segment = await openSegment()
    Object.assign(disk, { takesBytes: 5, truncates: false })
    expect(() => segment.append(NEXT)).toThrow('ENOSPC')
    expect([segment.isEnded, segment.writtenBytes]).toEqual([true, WHOLE.length])
    disk.takesBytes = Number.POSITIVE_INFINITY
    expect(() => segment.append(NEXT)).toThrow('has ended')
    expect(readFileSync(segment.path, 'utf8')).toBe(`${WHOLE}["the`)
  })
})

describe('JournalSegment.sync', () => {
  it('rejects for every row that waits, and ends: the kernel may have dropped what it could not write', async () => {
    const segment = await openSegment()
    disk.syncError = new Error('EIO: i/o error, fdatasync')
    const rows = [segment.sync(), segment.sync(), segment.sync()]
    const outcomes = await Promise.allSettled(rows)
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected'])
    expect(segment.isEnded).toBe(true)
    expect(readFileSync(segment.path, 'utf8')).toBe(String(WHOLE))
  })
})

describe('a synced UsageJournal', () => {
  it('has the row in its file all the same, and begins another file for the next', async () => {
    const folder = await newFolder()
    const journal = new UsageJournal({ folder, instanceId: 'mine', isSynced: true })
    disk.syncError = new Error('EIO: i/o error, fdatasync')
    await expect(journal.append(usageRow({ requestId: 'r1' }))).rejects.toThrow('EIO')
    disk.syncError = null
    await journal.append(usageRow({ requestId: 'r2' }))
    const files = journal.segments.map(({ path }) => JSON.parse(readFileSync(path, 'utf8'))[0])
    expect(files).toEqual(['r1', 'r2'])
    journal.end()
  })
})
