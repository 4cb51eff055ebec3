import type { SamplingParams } from '../completion/completion-request.ts'
import { LARGEST_COUNT } from './body-schema.ts'

/** The sampling parameters of the Claude API, checked; null where one is off. */
interface SamplingFields {
  readonly temperature?: number | null | undefined
  readonly top_p?: number | null | undefined
  readonly top_k?: number | null | undefined
}

/** Reads sampling parameters with the API's defaults. */
export function readSampling({ temperature, top_p, top_k }: SamplingFields): SamplingParams {
  return {
    temperature: temperature ?? 1,
    topP: top_p ?? null,
    topK: top_k == null ? null : Math.min(top_k, LARGEST_COUNT),
  }
}
