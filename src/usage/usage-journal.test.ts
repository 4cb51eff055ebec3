import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { codePoint } from '../../test/code-point.ts'
import { newFolder } from '../../test/databases.ts'
import { eventLoopTurns } from '../../test/event-loop-turns.ts'
import { usageRow } from '../../test/usage-rows.ts'
import { journalLine, MAX_TEXT_LENGTH } from './journal-line.ts'
import { readJournalChunk } from './journal-reader.ts'
import { segmentOwner, UsageJournal } from './usage-journal.ts'
import { USAGE_COLUMNS } from './usage-row.ts'

describe('UsageJournal', () => {
  it('has a row in its file when the promise resolves, in one write with those of the same turn', async () => {
    const folder = join(await newFolder(), 'new', 'journal')
    const journal = new UsageJournal({ folder, instanceId: 'mine' })
    expect(readdirSync(folder)).toEqual([])
    let writes = 0
    journal.observeWrites(() => (writes += 1))
    const rows = ['a', 'b', 'c'].map((requestId) => usageRow({ requestId }))
    await Promise.all(rows.map((row) => journal.append(row)))
    expect(writes).toBe(1)
    const [name = ''] = readdirSync(folder)
    expect(readFileSync(join(folder, name), 'utf8')).toBe(rows.map(journalLine).join(''))
    expect(statSync(join(folder, name)).mode & 0o777).toBe(0o600)
    expect(segmentOwner(name)).toBe('mine')
    journal.end()
  })

  it('writes what waits when it ends', async () => {
    const folder = await newFolder()
    const journal = new UsageJournal({ folder, instanceId: 'mine' })
    const appended = journal.append(usageRow({ requestId: 'last' }))
    journal.end()
    const [name = ''] = readdirSync(folder)
    expect(readFileSync(join(folder, name), 'utf8')).toContain('"last"')
    await appended
  })

  it('begins another segment when one is full, and keeps rows whole', async () => {
    const folder = await newFolder()
    const journal = new UsageJournal({ folder, instanceId: 'mine', segmentBytes: 1_000 })
    for (let n = 0; n < 10; n++) await journal.append(usageRow({ requestId: `r${n}` }))
    const names = readdirSync(folder).sort()
    expect(names.length).toBeGreaterThan(2)
    const texts = names.map((name) => readFileSync(join(folder, name), 'utf8'))
    for (const text of texts) expect(text.length).toBeLessThanOrEqual(1_000)
    const ids = texts.flatMap((text) =>
      text
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line)[0]),
    )
    expect(ids).toEqual(Array.from({ length: 10 }, (_, n) => `r${n}`))
    expect(journal.segments.map(({ isEnded }) => isEnded)).toEqual(
      names.map((_, index) => index < names.length - 1),
    )
    journal.end()
  })

  it('is full at its bound, and no more when the database has caught up', async () => {
    const journal = new UsageJournal({ folder: await newFolder(), instanceId: 'mine', maxBytes: 1_000 })
    while (!journal.isFull) await journal.append(usageRow())
    expect(journal.pendingBytes).toBeGreaterThanOrEqual(1_000)
    const [segment] = journal.segments
    if (segment !== undefined) journal.noteCommitted(segment, segment.writtenBytes)
    expect(journal.isFull).toBe(false)
    journal.noteLeftovers(1_000)
    expect(journal.isFull).toBe(true)
    journal.end()
  })

  it('waits for the disk where it is synced, many rows at once, also while a segment ends', async () => {
    const folder = await newFolder()
    const journal = new UsageJournal({ folder, instanceId: 'mine', isSynced: true, segmentBytes: 3_000 })
    const rows = Array.from({ length: 40 }, (_, n) => journal.append(usageRow({ requestId: `r${n}` })))
    await Promise.all(rows)
    // Rows of other turns come while the disk is written.
    for (let n = 40; n < 60; n++) {
      rows.push(journal.append(usageRow({ requestId: `r${n}` })))
      await eventLoopTurns(1)
    }
    await Promise.all(rows)
    await journal.append(usageRow({ requestId: 'last' }))
    const lines = readdirSync(folder).flatMap((name) =>
      readFileSync(join(folder, name), 'utf8').trim().split('\n'),
    )
    expect(lines).toHaveLength(61)
    journal.end()
  })
})

describe('journalLine', () => {
  it('is one line that both databases take, whatever the texts and numbers are', () => {
    const text = fc.oneof(
      fc.string({ unit: codePoint, maxLength: 400 }),
      fc.constantFrom('\0', '\ud83d', '\udc00', 'a\nb', '\\u0000', '\\ud800'),
    )
    const number = fc.oneof(fc.double(), fc.maxSafeInteger())
    fc.assert(
      fc.property(text, text, number, number, (model, path, at, outputTokens) => {
        const line = journalLine(usageRow({ model, path, at, outputTokens }))
        expect(line.indexOf('\n')).toBe(line.length - 1)
        const values = JSON.parse(line) as unknown[]
        expect(values).toHaveLength(USAGE_COLUMNS.length)
        for (const value of values) {
          if (typeof value === 'string') {
            expect(value.length).toBeLessThanOrEqual(MAX_TEXT_LENGTH)
            expect(Buffer.from(value).toString()).toBe(value)
            expect(value).not.toContain('\0')
          } else expect(value === null || Number.isSafeInteger(value)).toBe(true)
        }
      }),
    )
  })

  it('keeps what is in order as it is', () => {
    const row = usageRow({ model: 'ñ 👋 \\u0000', errorCode: null })
    expect(JSON.parse(journalLine(row))).toEqual(USAGE_COLUMNS.map((column) => row[column]))
  })
})

describe('readJournalChunk', () => {
  it('reads every line once, however the chunks fall', async () => {
    const folder = await newFolder()
    const journal = new UsageJournal({ folder, instanceId: 'mine' })
    for (let n = 0; n < 50; n++)
      await journal.append(usageRow({ requestId: `r${n}`, model: 'ñ👋'.repeat(n % 7) }))
    const path = journal.segments[0]?.path ?? ''
    for (const maxBytes of [500, 777, 4_096, 1_000_000]) {
      const lines: string[] = []
      let position = 0
      for (;;) {
        const chunk = await readJournalChunk(path, position, maxBytes)
        if (chunk === null) break
        expect(chunk.start).toBe(position)
        lines.push(...chunk.text.split('\n'))
        position = chunk.end
      }
      expect(lines.map((line) => JSON.parse(line)[0])).toEqual(Array.from({ length: 50 }, (_, n) => `r${n}`))
      expect(position).toBe(statSync(path).size)
    }
    journal.end()
  })

  it('is null for a file that is gone', async () => {
    expect(await readJournalChunk(join(await newFolder(), 'gone'), 0)).toBeNull()
  })
})
