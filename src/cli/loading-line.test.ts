import { describe, expect, it } from 'vitest'
import { LoadingLine } from './loading-line.ts'

function lineTo(isTTY: boolean) {
  const written: string[] = []
  const line = new LoadingLine({ isTTY, write: (text: string) => written.push(text) })
  return { written, line }
}

describe('LoadingLine', () => {
  it('replaces its line on a terminal, and erases it at the end', () => {
    const { written, line } = lineTo(true)
    line.events.onLoading?.('big', { step: 'model', share: 0.256 })
    line.events.onLoading?.('big', { step: 'measurement' })
    line.clear()
    expect(written).toEqual([
      '\r\u001b[2Kbig: loading the model … 26 %',
      '\r\u001b[2Kbig: measuring the best settings …',
      '\r\u001b[2K',
    ])
  })

  it('writes nothing elsewhere', () => {
    const { written, line } = lineTo(false)
    line.events.onLoading?.('big', { step: 'measurement' })
    line.clear()
    expect(written).toEqual([])
  })
})
