import { describe, expect, it } from 'vitest'
import { DownloadLine } from './download-line.ts'

function lineTo(isTTY: boolean) {
  const written: string[] = []
  let atMs = 0
  const line = new DownloadLine({ isTTY, write: (text: string) => written.push(text) }, () => atMs)
  const show = (ms: number, bytes: number, totalBytes: number | null = 100e6) => {
    atMs = ms
    line.show({ name: 'm.gguf', bytes, totalBytes })
  }
  return { written, line, show }
}

describe('DownloadLine', () => {
  it('shows a bar with rate and time left on a terminal, at most ten times in a second', () => {
    const { written, line, show } = lineTo(true)
    show(0, 40e6)
    show(50, 41e6)
    show(1000, 50e6)
    show(1001, 100e6)
    line.clear()
    expect(written).toEqual([
      '\r\u001b[2Km.gguf [#########...............] 40 %, 40 MB of 100 MB',
      '\r\u001b[2Km.gguf [############............] 50 %, 50 MB of 100 MB, 10 MB/s, 0:05 left',
      expect.stringContaining('[########################] 100 %, 100 MB of 100 MB'),
      '\r\u001b[2K',
    ])
  })

  it('writes a line for every tenth elsewhere', () => {
    const { written, show } = lineTo(false)
    for (let step = 0; step <= 1000; step++) show(step * 200, step * 100e3)
    expect(written).toHaveLength(11)
    expect(written[5]).toBe('continuo: downloading m.gguf: 50 %, 50 MB of 100 MB, 500 kB/s, 1:40 left\n')
    expect(written.join('')).not.toContain('\u001b')
  })

  it('shows the amount where the size is not known', () => {
    const { written, show } = lineTo(true)
    show(0, 2.5e9, null)
    expect(written).toEqual(['\r\u001b[2Km.gguf 2.5 GB'])
  })
})
