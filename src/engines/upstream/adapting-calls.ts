import type { JsonObject } from '../../util/json-object.ts'
import { WorkSlices } from '../../util/work-slices.ts'
import type { OnWarning } from './decoding/response-decoder.ts'
import {
  type AdaptationName,
  adaptationFor,
  adaptedBody,
  BODY_ADAPTATIONS,
} from './dialects/body-adaptations.ts'
import type { UpstreamCall, UpstreamCalls } from './transport/upstream-calls.ts'
import { UpstreamFailure } from './transport/upstream-failure.ts'
import type { UpstreamRequest } from './transport/upstream-request.ts'

/** Most changes that are tried for one request: its text may be quoted in refusals that ask for none. */
const MAX_ADAPTATIONS_PER_REQUEST = 4

/** A request whose body may have to change. */
export interface AdaptableRequest {
  /** Writes the request for an upstream of these adaptations. */
  readonly encode: (adaptations: ReadonlySet<AdaptationName>) => UpstreamRequest
  /** Fields from the configuration, which are sent as they are. */
  readonly extraBody: JsonObject
  /** Decides which replica is preferred. */
  readonly promptText: string
}

/**
 * Sends requests to one upstream, and learns from its refusals: where the text of one names a field that the model can do
 * without, the request is sent again without it. If that succeeds, later requests do without it from the start.
 */
export class AdaptingCalls {
  readonly #calls: UpstreamCalls
  readonly #onWarning: OnWarning
  #known: ReadonlySet<AdaptationName>

  /** @param known adaptations that the upstream needs from the start */
  constructor(calls: UpstreamCalls, known: readonly AdaptationName[], onWarning: OnWarning) {
    this.#calls = calls
    this.#known = new Set(known)
    this.#onWarning = onWarning
  }

  /**
   * Sends a request, adapted if need be, until it succeeds.
   *
   * @throws UpstreamFailure the last one
   */
  async begin(request: AdaptableRequest, signal: AbortSignal): Promise<UpstreamCall> {
    let made = this.#known
    const onlyForValue = new Set<AdaptationName>()
    for (let tried = 0; ; tried++) {
      const slices = new WorkSlices(signal)
      const encoded = request.encode(made)
      const body = adaptedBody(encoded.body, made)
      if (slices.isOver) await slices.next()
      try {
        const sent = { ...encoded, body: { ...body, ...request.extraBody } }
        const call = await this.#calls.begin(sent, request.promptText, signal)
        this.#learn(made, onlyForValue)
        return call
      } catch (error) {
        const text = error instanceof UpstreamFailure ? error.refusalText?.toLowerCase() : undefined
        if (text === undefined || tried === MAX_ADAPTATIONS_PER_REQUEST) throw error
        const name = adaptationFor({ text, body }, made)
        if (name === null) throw error
        const { isOnlyForValue = null } = BODY_ADAPTATIONS[name] as {
          isOnlyForValue?: (text: string) => boolean
        }
        if (isOnlyForValue?.(text)) onlyForValue.add(name)
        made = new Set([...made, name])
      }
    }
  }

  #learn(made: ReadonlySet<AdaptationName>, onlyForValue: ReadonlySet<AdaptationName>): void {
    const learned = [...made].filter((name) => !this.#known.has(name) && !onlyForValue.has(name))
    if (learned.length === 0) return
    // Another request may have learned something else meanwhile.
    this.#known = new Set([...this.#known, ...learned])
    for (const name of learned) {
      this.#onWarning(`the upstream refused a request: from now on ${BODY_ADAPTATIONS[name].description}`)
    }
  }
}
