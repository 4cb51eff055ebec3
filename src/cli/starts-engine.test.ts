import { describe, expect, it } from 'vitest'
import { startsEngine } from './starts-engine.ts'

describe('startsEngine', () => {
  it('sees the commands that run a model', () => {
    expect(startsEngine(['serve', '--port', '0'], {})).toBe(true)
    expect(startsEngine(['complete', 'What is 7 × 8?'], { CONTINUO_CONFIG: '' })).toBe(true)
    for (const words of [[], ['--help'], ['doctor'], ['key', 'serve']]) {
      expect(startsEngine(words, {}), words.join(' ')).toBe(false)
    }
  })

  it('starts none where files decide, or for help', () => {
    for (const argument of ['-h', '--help', '--config', '--config=c.json', '--models']) {
      expect(startsEngine(['serve', argument], {}), argument).toBe(false)
    }
    expect(startsEngine(['serve'], { CONTINUO_CONFIG: 'c.json' })).toBe(false)
    expect(startsEngine(['serve'], { CONTINUO_MODELS: 'models' })).toBe(false)
  })
})
