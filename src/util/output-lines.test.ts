import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { OutputLines } from './output-lines.ts'
import type { OutputSink, WriteOutcome } from './output-sink.ts'

/** A sink whose writes end under the control of the test. */
class ScriptedSink implements OutputSink {
  readonly holdsExit = true
  text = ''
  writes = 0
  #done: ((outcome: WriteOutcome, writtenBytes: number) => void) | null = null
  #bytes: Buffer = Buffer.alloc(0)

  write(bytes: Buffer, done: (outcome: WriteOutcome, writtenBytes: number) => void): void {
    if (this.#done !== null) throw new Error('one write at a time')
    this.writes++
    this.#bytes = bytes
    this.#done = done
  }

  writeAtExit(bytes: Buffer): void {
    this.text += bytes
  }

  end(outcome: WriteOutcome, writtenBytes = this.#bytes.length): void {
    const done = this.#done
    if (done === null) throw new Error('nothing is being written')
    this.#done = null
    if (outcome === 'written') this.text += this.#bytes.subarray(0, writtenBytes)
    done(outcome, writtenBytes)
  }

  get isWriting(): boolean {
    return this.#done !== null
  }
}

const OPTIONS = { maxWaitingBytes: 20, delayMs: 100, retryMs: 1_000 }

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

function linesOn(sink: ScriptedSink): OutputLines {
  const lines = new OutputLines(sink, OPTIONS)
  lines.describeDropped = (count) => `dropped ${count}\n`
  return lines
}

describe('OutputLines', () => {
  it('writes lines together after a delay', () => {
    const sink = new ScriptedSink()
    const lines = linesOn(sink)
    lines.write('one\n')
    lines.write('two\n')
    vi.advanceTimersByTime(99)
    expect(sink.writes).toBe(0)
    vi.advanceTimersByTime(1)
    sink.end('written')
    expect([sink.text, sink.writes, vi.getTimerCount()]).toEqual(['one\ntwo\n', 1, 0])
  })

  it('writes a large block at once, however many writes it takes', () => {
    const sink = new ScriptedSink()
    const lines = new OutputLines(sink)
    const line = `${'x'.repeat(70_000)}\n`
    lines.write(line)
    sink.end('written', 30_000)
    sink.end('written')
    expect(sink.text).toBe(line)
  })

  it('drops lines that do not fit, and reports their number once there is space again', () => {
    const sink = new ScriptedSink()
    const lines = linesOn(sink)
    lines.write('begun\n')
    lines.flush()
    for (let line = 0; line < 10; line++) lines.write(`line ${line}\n`)
    expect(lines.droppedLines).toBe(8)
    sink.end('written')
    lines.flush()
    sink.end('written')
    expect(sink.text).toBe('begun\nline 0\nline 1\ndropped 8\n')
    lines.write('later\n')
    lines.flush()
    sink.end('written')
    expect(sink.text).toBe('begun\nline 0\nline 1\ndropped 8\nlater\n')
    expect(lines.droppedLines).toBe(8)
  })

  it('retries a failed write from where it stopped, after a delay', () => {
    const sink = new ScriptedSink()
    const lines = linesOn(sink)
    lines.write('whole line\n')
    lines.flush()
    sink.end('written', 5)
    for (let second = 0; second < 3; second++) {
      sink.end('failed', 0)
      lines.write('a\n')
      lines.flush()
      vi.advanceTimersByTime(999)
      expect(sink.isWriting).toBe(false)
      vi.advanceTimersByTime(1)
    }
    expect(sink.writes).toBe(5)
    sink.end('written')
    lines.flush()
    sink.end('written')
    expect(sink.text).toBe('whole line\na\na\na\n')
  })

  it('drops everything once no one can read any more', async () => {
    const sink = new ScriptedSink()
    const lines = linesOn(sink)
    lines.write('one\n')
    const written = lines.written()
    lines.write('two\n')
    sink.end('gone', 0)
    await written
    lines.write('three\n')
    await lines.written()
    lines.writeAtExit()
    expect([sink.text, sink.writes, lines.droppedLines, lines.holdsExit]).toEqual(['', 1, 1, false])
  })

  it('resolves when all lines are written', async () => {
    const sink = new ScriptedSink()
    const lines = linesOn(sink)
    await lines.written()
    lines.write('one\n')
    let isWritten = false
    const written = lines.written().then(() => {
      isWritten = true
    })
    lines.write('two\n')
    expect(lines.holdsExit).toBe(true)
    sink.end('written')
    await Promise.resolve()
    expect(isWritten).toBe(false)
    sink.end('written')
    await written
    expect(sink.text).toBe('one\ntwo\n')
  })

  it('writes the waiting lines when the process exits', () => {
    const sink = new ScriptedSink()
    const lines = linesOn(sink)
    lines.write('one\n')
    lines.flush()
    sink.end('failed', 0)
    lines.write('two\n')
    lines.writeAtExit()
    expect(sink.text).toBe('one\ntwo\n')
  })
})
