import type { ModelFacts } from '../../../model-files/model-facts.ts'

/** llama.cpp's number for all layers, and what comes after the last one. */
export const ALL_LAYERS = -1
/** Kept free for the KV cache and for computing. */
const SPARE_BYTES = 1e9
const SPARE_SHARE = 0.1

/**
 * The number of layers for the GPUs: that of the settings, else as many as fit into their free memory. llama.cpp divides
 * them among several GPUs by the free memory of each.
 *
 * @param gpuBytes null for a machine without one
 */
export function chooseGpuLayers(
  chosen: number | 'auto',
  facts: Pick<ModelFacts, 'sizeBytes' | 'layers'> | null,
  gpuBytes: number | null,
): number {
  if (gpuBytes === null) return 0
  const layers = facts?.layers ?? null
  if (chosen !== 'auto') return layers !== null && chosen > layers ? ALL_LAYERS : chosen
  if (facts === null || layers === null) return ALL_LAYERS
  const usableBytes = Math.max(0, gpuBytes - SPARE_BYTES - facts.sizeBytes * SPARE_SHARE)
  if (usableBytes >= facts.sizeBytes) return ALL_LAYERS
  return Math.floor((layers * usableBytes) / facts.sizeBytes)
}
