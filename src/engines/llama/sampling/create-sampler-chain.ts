import type { SamplingParams } from '../../../completion/completion-request.ts'
import type { LlamaLibrary } from '../llama-cpp/llama-library.ts'
import type { Pointer } from '../llama-cpp/native-library.ts'

/** Sampling settings of the engine, beside the request's own parameters. */
export interface SamplerSettings {
  readonly seed: number
  /** Tokens less likely than this share of the likeliest are never sampled; 0 turns it off. */
  readonly minP: number
}

/**
 * Builds a sampler chain: temperature, then top-k, top-p and min-p, then sampling from the distribution, as most engines
 * do it. Temperature 0 is greedy. The caller frees the chain with `samplerFree`.
 */
export function createSamplerChain(
  library: LlamaLibrary,
  params: SamplingParams,
  settings: SamplerSettings,
): Pointer {
  const chain = library.samplerChain({ no_perf: true })
  const add = (sampler: Pointer) => library.samplerChainAdd(chain, sampler)
  if (params.temperature === 0) {
    add(library.samplerGreedy())
    return chain
  }
  add(library.samplerTemperature(params.temperature))
  if (params.topK !== null && params.topK > 0) add(library.samplerTopK(params.topK))
  if (params.topP !== null && params.topP < 1) add(library.samplerTopP(params.topP, 1))
  if (settings.minP > 0) add(library.samplerMinP(settings.minP, 1))
  add(library.samplerDistribution(settings.seed))
  return chain
}
