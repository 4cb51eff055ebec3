import { describe, expect, it } from 'vitest'
import { toolResultText } from './tool-result-text.ts'
import type { ToolResultPart } from './turn.ts'

const IMAGE = { type: 'image', mediaType: 'image/png', source: { base64: 'AAAA' } } as const

function result(parts: ToolResultPart['parts'], isError = false): ToolResultPart {
  return { type: 'tool-result', toolCallId: 'toolu_1', parts, isError }
}

describe('toolResultText', () => {
  it('puts each text on a line of its own and leaves out images', () => {
    const parts = [{ type: 'text', text: 'rain' } as const, IMAGE, { type: 'text', text: '9 °C' } as const]
    expect(toolResultText(result(parts))).toBe('rain\n9 °C')
    expect(toolResultText(result([IMAGE]))).toBe('')
  })

  it('marks the result of a call that failed', () => {
    expect(toolResultText(result([{ type: 'text', text: 'no such city' }], true))).toBe('Error: no such city')
  })
})
