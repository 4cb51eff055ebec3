import { hash } from 'node:crypto'
import type { RecordedRequest } from './recorded-request.ts'
import type { RecordingSettings } from './settings.ts'
import { sortedJson } from './sorted-json.ts'

/** The part of a request that is compared with recordings. */
export function keyedPart(
  { maxTokens, sampling, ...meaning }: RecordedRequest,
  keyedBy: RecordingSettings['keyedBy'],
): RecordedRequest {
  return {
    ...meaning,
    ...(keyedBy.includes('maxTokens') && maxTokens !== undefined ? { maxTokens } : {}),
    ...(keyedBy.includes('sampling') && sampling !== undefined ? { sampling } : {}),
  }
}

/** The key of a request whose texts were replaced. Requests with one key have the same recordings. */
export function recordingKey(request: RecordedRequest, keyedBy: RecordingSettings['keyedBy']): string {
  return hash('sha256', sortedJson(keyedPart(request, keyedBy)))
}

/** The key of what `countTokens` is asked for, where the model is not known. */
export function promptKey({
  model: _,
  stopSequences: __,
  toolChoice: ___,
  thinkingBudgetTokens: ____,
  logprobs: _____,
  ...prompt
}: RecordedRequest): string {
  return `prompt-${recordingKey(prompt as RecordedRequest, [])}`
}
