import { setTimeout as delay } from 'node:timers/promises'
import { CompletionError } from '../../completion/completion-error.ts'
import type { Engine } from '../../completion/engine.ts'
import { type FaultRule, MAX_FAULT_MS, placeOf } from '../../faults/fault.ts'
import type { FaultList } from '../../faults/fault-list.ts'
import { FaultyEngine } from '../../faults/faulty-engine.ts'
import { parseFaultHeader } from '../../wire/faults/fault-params.ts'
import type { ApiRequest } from '../api-request.ts'
import { BrokenConnection } from '../broken-connection.ts'
import { faultError } from './fault-error.ts'

const DEFAULT_WAIT_MS = 1_000

/** The faults of a server, and whether requests may ask for one. */
export interface FaultInjection {
  readonly list: FaultList
  /** Whether the header `x-continuo-fault` counts. */
  readonly header: boolean
}

/** Paths of the APIs for clients; those of administrators have no faults. */
const CLIENT_PATH = /^\/v1\/(?!organizations(?:\/|$))/

/** The fault of one request, if there is one. */
export class RequestFaults {
  readonly #injection: FaultInjection
  readonly #request: ApiRequest
  readonly #apiKeyId: string | null
  #asked: FaultRule | null = null
  /** The fault that strikes this request; null for none, or while none is known. */
  chosen: FaultRule | null = null

  constructor(injection: FaultInjection, request: ApiRequest, apiKeyId: string | null) {
    this.#injection = injection
    this.#request = request
    this.#apiKeyId = apiKeyId
  }

  /**
   * Strikes a request that has arrived, by a fault before the response that depends on no model.
   *
   * @throws Error of the fault, and ApiError or CompletionError for a header that is wrong
   */
  async arrive(): Promise<void> {
    const header = this.#injection.header ? this.#request.headers.get('x-continuo-fault') : null
    if (header !== null) this.#asked = parseFaultHeader(header)
    const isEarly = (rule: FaultRule) => placeOf(rule) === 'before' && rule.when?.model === undefined
    await this.#choose(null, isEarly)
  }

  /**
   * Strikes a completion whose body was read, by any fault that is left.
   *
   * @throws Error of the fault
   */
  async parsed(modelId: string): Promise<void> {
    await this.#choose(modelId, (rule) => placeOf(rule) !== 'before' || rule.when?.model !== undefined)
  }

  /** The engine whose reply goes wrong, if it is to. */
  transformEngine(engine: Engine): Engine {
    const { chosen } = this
    return chosen !== null && placeOf(chosen) === 'tokens' ? new FaultyEngine(engine, chosen) : engine
  }

  async #choose(modelId: string | null, isConsidered: (rule: FaultRule) => boolean): Promise<void> {
    if (this.chosen !== null) return
    const { path, headers, signal } = this.#request
    const asked = this.#asked
    const target = { path, apiKeyId: this.#apiKeyId, test: testNameOf({ headers }), modelId }
    const isOwn = asked !== null && isConsidered(asked)
    this.chosen = isOwn ? asked : this.#injection.list.strike(target, isConsidered)
    if (this.chosen === null) return
    const error = faultError(this.chosen, modelId ?? 'unknown')
    if (error !== null) throw error
    await withhold(this.chosen, signal)
  }
}

/** The test that sent a request; null where none is named. */
export function testNameOf({ headers }: Pick<ApiRequest, 'headers'>): string | null {
  return headers.get('x-continuo-test')
}

/** Whether any fault may strike a request. */
export function mayBeStruck({ list, header }: FaultInjection, { path, headers }: ApiRequest): boolean {
  return CLIENT_PATH.test(path) && (!list.isEmpty || (header && headers.has('x-continuo-fault')))
}

async function withhold({ fault, waitMs = DEFAULT_WAIT_MS }: FaultRule, signal: AbortSignal): Promise<void> {
  if (fault === 'reset') throw new BrokenConnection('reset')
  if (fault !== 'no-response' && fault !== 'slow-headers') return
  await delay(fault === 'slow-headers' ? waitMs : MAX_FAULT_MS, undefined, { signal }).catch((error) => {
    throw CompletionError.cancelled(error)
  })
  if (fault === 'no-response') throw new BrokenConnection('closed')
}
