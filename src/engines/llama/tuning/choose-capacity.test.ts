import { describe, expect, it } from 'vitest'
import { llamaSettings } from '../../../../test/llama-settings.ts'
import { chooseCapacity } from './choose-capacity.ts'

const GB = 1e9
/** About an 8 B model at 4 bits. */
const MODEL = { sizeBytes: 5 * GB, kvCacheBytesPerToken: 131_072, trainedContextTokens: 131_072 }
const SETTINGS = llamaSettings({ model: 'm.gguf' })

describe('chooseCapacity', () => {
  it('chooses the trained window for as many sequences as fit', () => {
    expect(chooseCapacity(SETTINGS, MODEL, 200 * GB)).toEqual({
      maxSequences: 5,
      contextWindowTokens: 131_072,
    })
    const small = { ...MODEL, kvCacheBytesPerToken: 1_000 }
    expect(chooseCapacity(SETTINGS, small, 64 * GB)).toEqual({
      maxSequences: 8,
      contextWindowTokens: 131_072,
    })
  })

  it('chooses a smaller window where memory does not suffice for four of the trained one', () => {
    expect(chooseCapacity(SETTINGS, MODEL, 64 * GB)).toEqual({ maxSequences: 4, contextWindowTokens: 55_296 })
  })

  it('prefers a window of everyday use to several sequences', () => {
    expect(chooseCapacity(SETTINGS, MODEL, 14 * GB)).toEqual({ maxSequences: 1, contextWindowTokens: 32_768 })
    expect(chooseCapacity(SETTINGS, MODEL, 10 * GB)).toEqual({ maxSequences: 1, contextWindowTokens: 18_432 })
  })

  it('divides memory among the sequences that are asked for', () => {
    const two = { ...SETTINGS, maxSequences: 2 }
    expect(chooseCapacity(two, MODEL, 14 * GB)).toEqual({ maxSequences: 2, contextWindowTokens: 16_384 })
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
