import { describe, expect, it } from 'vitest'
import { ALL_LAYERS, chooseGpuLayers } from './choose-gpu-layers.ts'

const FACTS = { sizeBytes: 10e9, layers: 40 }

describe('chooseGpuLayers', () => {
  it.each([
    ['no GPU', 'auto' as const, null, 0],
    ['no GPU for what is asked', 20, null, 0],
    ['one with enough memory', 'auto' as const, 24e9, ALL_LAYERS],
    ['one with half of it', 'auto' as const, 7e9, 20],
    ['one with too little', 'auto' as const, 1e9, 0],
    ['what is asked', 12, 24e9, 12],
    ['more than there are', 99, 24e9, ALL_LAYERS],
  ])('chooses with %s', (_, chosen, gpuBytes, layers) => {
    expect(chooseGpuLayers(chosen, FACTS, gpuBytes)).toBe(layers)
  })

  it('takes all layers of a file that does not say how many it has', () => {
    expect(chooseGpuLayers('auto', null, 1e9)).toBe(ALL_LAYERS)
  })
})
