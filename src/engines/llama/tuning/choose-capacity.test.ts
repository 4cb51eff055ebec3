import { describe, expect, it } from 'vitest'
import { llamaSettings } from '../../../../test/llama-settings.ts'
import { chooseCapacity } from './choose-capacity.ts'

const GB = 1e9
/** About an 8 B model at 4 bits. */
const MODEL = { sizeBytes: 5 * GB, kvCacheBytesPerToken: 131_072, trainedContextTokens: 131_072 }
const SETTINGS = llamaSettings({ model: 'm.gguf' })

describe('chooseCapacity', () => {
  it('chooses 8 sequences of 8,192 tokens where there is enough memory', () => {
    expect(chooseCapacity(SETTINGS, MODEL, 64 * GB)).toEqual({ maxSequences: 8, contextWindowTokens: 8192 })
  })

  it('chooses fewer sequences where there is less memory', () => {
    expect(chooseCapacity(SETTINGS, MODEL, 14 * GB)).toEqual({ maxSequences: 4, contextWindowTokens: 8192 })
  })

  it('allows no larger window than the model was trained on', () => {
    const { contextWindowTokens } = chooseCapacity(
      SETTINGS,
      { ...MODEL, trainedContextTokens: 2048 },
      64 * GB,
    )
    expect(contextWindowTokens).toBe(2048)
    const asked = { ...SETTINGS, contextWindowTokens: 4096 }
    expect(() => chooseCapacity(asked, { ...MODEL, trainedContextTokens: 2048 }, 64 * GB)).toThrow(
      /trained on 2048/,
    )
  })

  it('follows the settings, or reports how much memory is missing', () => {
    const asked = { ...SETTINGS, maxSequences: 16, contextWindowTokens: 32_768 }
    expect(chooseCapacity(asked, MODEL, 80 * GB)).toEqual({ maxSequences: 16, contextWindowTokens: 32_768 })
    expect(() => chooseCapacity(asked, MODEL, 20 * GB)).toThrow(/needs 68.7 GB .* only 20.0 GB are free/)
  })
})
