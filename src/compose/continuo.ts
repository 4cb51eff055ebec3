import type { CompletionEvent } from '../completion/completion-event.ts'
import type { CompletionRequest } from '../completion/completion-request.ts'
import type { Config } from '../config/config.ts'
import type { FaultList } from '../faults/fault-list.ts'
import type { ApiRequest } from '../http/api-request.ts'
import type { ApiResponse } from '../http/api-response.ts'
import type { ModelCatalog } from '../models/model-catalog.ts'
import type { Readiness } from '../serving/engine-directory.ts'
import type { OpenEngine } from './open-engines.ts'

/** The API in this process. */
export interface Continuo {
  /** Responds to a request without a network: pass it to a client as its `fetch`. The host of the URL does not matter. */
  readonly fetch: (input: string | URL | Request, init?: RequestInit) => Promise<Response>
  /** The same for `serve`, which puts it on a port. */
  readonly handle: (request: ApiRequest) => Promise<ApiResponse>
  /** Completes a request without HTTP. Events that arrive together are yielded together. */
  readonly complete: (
    request: CompletionRequest,
    signal: AbortSignal,
  ) => AsyncGenerator<readonly CompletionEvent[]>
  readonly catalog: ModelCatalog
  /** The id of a model that the default engine serves. */
  readonly defaultModelId: string
  /** The id of its own under which clients know the model of each engine, by the engine's name. */
  readonly engineModels: ReadonlyMap<string, string>
  /** What goes wrong on purpose: none, or what the configuration says, until a program adds some. */
  readonly faults: FaultList
  /** The open engines by name. */
  readonly engines: ReadonlyMap<string, OpenEngine>
  readonly readiness: () => Readiness
  /**
   * Applies the settings of another configuration that can change while the server runs: keys and the level of the log.
   *
   * @returns the settings that differ, but need a restart
   */
  readonly reload: (config: Config) => Promise<readonly string[]>
  /** Refuses new requests with 529 from now on; those that run continue. */
  readonly drain: () => void
  /** Where the state is kept, for people; null for a server without one. */
  readonly stateName: string | null
  /** The path of a link by which the first admin key is created; null where there is one, and where any key will do. */
  readonly setUpPath: string | null
  /** Ends every engine at once, and with it the requests that run. Then it closes the state. */
  readonly close: () => Promise<void>
}

/** A Continuo whose models are being loaded. */
export interface LoadingContinuo {
  readonly continuo: Continuo
  /** Resolves when every model is loaded; rejects with EngineLoadError when one cannot be, and closes everything. */
  readonly loaded: Promise<void>
}
