import { ftruncateSync, readFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { newFolder } from '../../test/databases.ts'
import { usageRow } from '../../test/usage-rows.ts'
import { type JournalDisk, JournalSegment, UnconfirmedError } from './journal-segment.ts'
import { UsageJournal } from './usage-journal.ts'

/** A disk that does what tests ask of it. */
class FailingDisk implements JournalDisk {
  takesBytes = Number.POSITIVE_INFINITY
  truncates = true
  syncError: Error | null = null

  write(file: number, bytes: Buffer, offset: number, length: number): number {
    if (this.takesBytes === 0) throw new Error('ENOSPC: no space left on device, write')
    const taken = writeSync(file, bytes, offset, Math.min(length, this.takesBytes))
    this.takesBytes -= taken
    return taken
  }

  truncate(file: number, length: number): void {
    if (!this.truncates) throw new Error('EIO: i/o error, ftruncate')
    ftruncateSync(file, length)
  }

  async sync(): Promise<void> {
    if (this.syncError !== null) throw this.syncError
  }
}

const WHOLE = Buffer.from('["a whole line"]\n')
const NEXT = Buffer.from('["the next line"]\n')

async function openSegment() {
  const disk = new FailingDisk()
  const segment = new JournalSegment('mine-000001.v1.journal', join(await newFolder(), 'segment'), disk)
  segment.append(WHOLE)
  return { segment, disk }
}

describe('JournalSegment.append', () => {
  it('takes back what the disk has of a line that it does not take whole', async () => {
    const { segment, disk } = await openSegment()
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
    const { segment, disk } = await openSegment()
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
    const { segment, disk } = await openSegment()
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
    const disk = new FailingDisk()
    const journal = new UsageJournal({ folder, instanceId: 'mine', isSynced: true, disk })
    disk.syncError = new Error('EIO: i/o error, fdatasync')
    await expect(journal.append(usageRow({ requestId: 'r1' }))).rejects.toBeInstanceOf(UnconfirmedError)
    disk.syncError = null
    await journal.append(usageRow({ requestId: 'r2' }))
    const files = journal.segments.map(({ path }) => JSON.parse(readFileSync(path, 'utf8'))[0])
    expect(files).toEqual(['r1', 'r2'])
    journal.end()
  })
})
