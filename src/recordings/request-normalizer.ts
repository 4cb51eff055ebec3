import type { CompletionRequest } from '../completion/completion-request.ts'
import type { Prompt } from '../completion/prompt.ts'
import { WorkSlices } from '../util/work-slices.ts'
import { NORMALIZING_RULES, REDACTING_RULES } from './built-in-rules.ts'
import { imageHashes } from './image-hashes.ts'
import { mapTexts } from './map-texts.ts'
import { type RecordedRequest, recordedPromptOf, recordedRequestOf } from './recorded-request.ts'
import type { RecordedReplyPart, RecordedResponse } from './recorded-response.ts'
import type { RecordingSettings } from './settings.ts'
import { TextRules } from './text-rules.ts'

/**
 * Replaces what differs from run to run in requests, and what no recording may hold in requests and responses. Requests that
 * were recorded are normalized again when they are read, so that new patterns hold for old files.
 */
export class RequestNormalizer {
  readonly #requestRules: TextRules
  readonly #responseRules: TextRules

  constructor({ normalize, redact }: Pick<RecordingSettings, 'normalize' | 'redact'>) {
    const redacting = [...REDACTING_RULES, ...redact]
    this.#requestRules = new TextRules([...normalize, ...NORMALIZING_RULES, ...redacting])
    this.#responseRules = new TextRules(redacting)
  }

  /** @throws CompletionError `invalid-request` when it is too long or too deep to be recorded */
  async requestOf(request: CompletionRequest, signal: AbortSignal): Promise<RecordedRequest> {
    const hashes = await imageHashes(request.prompt, new WorkSlices(signal))
    return this.normalized(recordedRequestOf(request, hashes), signal)
  }

  /** As {@link requestOf}, for a prompt whose tokens are counted. */
  async promptOf(prompt: Prompt, signal: AbortSignal): Promise<RecordedRequest> {
    const hashes = await imageHashes(prompt, new WorkSlices(signal))
    return this.normalized({ model: '', ...recordedPromptOf(prompt, hashes) }, signal)
  }

  async normalized(
    { model, ...request }: RecordedRequest,
    signal: AbortSignal | null = null,
  ): Promise<RecordedRequest> {
    const mapping = { rules: this.#requestRules, slices: new WorkSlices(signal), units: 0 }
    // An id may hold a date that is part of its name.
    return { model, ...(await mapTexts(request, mapping)) }
  }

  /** Redacts whole texts: a word may be split between two pieces. */
  async redacted(response: RecordedResponse): Promise<RecordedResponse> {
    const slices = new WorkSlices()
    const redact = (text: string) => this.#responseRules.apply(text, slices)
    const parts: RecordedReplyPart[] = []
    for (const part of response.parts) parts.push(await redactedPart(part, redact))
    const { failure } = response
    if (failure === undefined) return { ...response, parts }
    return { ...response, parts, failure: { ...failure, message: await redact(failure.message) } }
  }
}

async function redactedPart(
  part: RecordedReplyPart,
  redact: (text: string) => Promise<string>,
): Promise<RecordedReplyPart> {
  if (part.type === 'scored-tokens') return part
  const text = part.type === 'tool-call' ? part.json : part.text
  const redacted = await redact(text)
  if (redacted === text) return part
  const pieces = part.pieces.map(([offset, atMs, tokens]): [number, number, number] => [
    Math.round((offset * redacted.length) / Math.max(1, text.length)),
    atMs,
    tokens,
  ])
  return part.type === 'tool-call' ? { ...part, json: redacted, pieces } : { ...part, text: redacted, pieces }
}
