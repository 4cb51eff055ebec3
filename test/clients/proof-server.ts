import { CompletionError } from '../../src/completion/completion-error.ts'
import type { CompletionEvent } from '../../src/completion/completion-event.ts'
import type { CompletionRequest } from '../../src/completion/completion-request.ts'
import type { Engine } from '../../src/completion/engine.ts'
import type { Prompt } from '../../src/completion/prompt.ts'
import { composeApp } from '../../src/compose/compose-app.ts'
import { FAULT_NAMES } from '../../src/faults/fault.ts'
import { FaultList } from '../../src/faults/fault-list.ts'
import type { ApiRequest } from '../../src/http/api-request.ts'
import type { ApiResponse } from '../../src/http/api-response.ts'
import { serve } from '../../src/http/server/serve.ts'
import { EngineDirectory } from '../../src/serving/engine-directory.ts'
import { ReadyEngine } from '../ready-engine.ts'
import { ScriptedEngine, type ScriptStep } from '../scripted-engine.ts'
import { TEST_APP_SETTINGS } from '../start-scripted-server.ts'
import { withFaultOfKey } from './fault-of-key.ts'
import { RECORDED, startRecordedServer } from './recorded-server.ts'

/** The requests of the programs, and the expected responses. */
export const PROOF = {
  /** An alias, so that a client sees the resolved id. */
  model: 'claude-2',
  resolvedModel: 'claude-2.0',
  /** A newer one, for programs that treat old models in another way. */
  agentModel: 'claude-sonnet-4-5',
  /** Always refused with 529. */
  overloadedModel: 'claude-instant-1.2',
  /** Refuses each prompt with 529 the first time, and then accepts it. */
  recoveringModel: 'claude-1.3',
  /** U+2028 and U+0085 are line ends to the stream readers of some old clients, unless the server escapes them. */
  text: ' Café 🦀\u2028日本語\u0085ok ##END## and more',
  stopSequence: '##END##',
  textBeforeStop: ' Café 🦀\u2028日本語\u0085ok ',
  key: 'continuo-proof-key',
  /** Opens the Admin API of the server with a real model. */
  adminKey: 'continuo-proof-admin-key',
  /** The tool that every response calls if the request offers it and has no result yet. */
  tool: 'weather',
  toolInput: { city: 'Köln' },
  ...RECORDED,
  faults: FAULT_NAMES,
} as const

/** The text in pieces; one boundary is inside the stop sequence. */
const PIECES = [' Café', ' 🦀\u2028日', '本語\u0085ok ##', 'END## and', ' more']

/** Servers with the same responses, and the names of their clients. */
export interface ProofServers {
  /** Accepts any key. */
  readonly openUrl: string
  /** Accepts only {@link PROOF}'s key. */
  readonly keyedUrl: string
  /** Accepts any key, and fails as the header `x-continuo-fault` or a key `fault:…` says. */
  readonly faultyUrl: string
  /** Only plays what another client recorded. */
  readonly recordedUrl: string
  /** Every received `user-agent` and `anthropic-sdk` header. */
  readonly clientNames: ReadonlySet<string>
  close(): void
}

/** Starts both servers on free ports. */
export async function startProofServers(): Promise<ProofServers> {
  const clientNames = new Set<string>()
  const open = await startServer([], clientNames)
  const keyed = await startServer([PROOF.key], clientNames)
  const faulty = await startServer([], clientNames, true)
  const recorded = await startRecordedServer(PROOF.model)
  return {
    openUrl: open.url,
    keyedUrl: keyed.url,
    faultyUrl: faulty.url,
    recordedUrl: recorded.url,
    clientNames,
    close() {
      open.closeNow()
      keyed.closeNow()
      faulty.closeNow()
      recorded.closeNow()
    },
  }
}

function startServer(apiKeys: readonly string[], clientNames: Set<string>, isFaulty = false) {
  const { app } = composeApp({
    ...TEST_APP_SETTINGS,
    engines: scriptedEngines(),
    apiKeys,
    recordUsage() {},
    logger: {
      info() {},
      error: (fields, message) => {
        // What fails on purpose is no error of this server.
        if (!isFaulty) console.error('proof server:', message, fields)
      },
    },
    ...(isFaulty ? { faults: { list: new FaultList(), header: true } } : {}),
  })
  function responseTo(request: ApiRequest): Promise<ApiResponse> {
    for (const header of ['user-agent', 'anthropic-sdk']) {
      const name = request.headers.get(header)
      if (name !== null) clientNames.add(name)
    }
    return app.handle(withFaultOfKey(request))
  }
  return serve(responseTo, { host: '127.0.0.1', port: 0 })
}

function scriptedEngines(): EngineDirectory {
  const overloaded = new CompletionError('overloaded', 'Overloaded')
  const responding = new ScriptedEngine({
    steps: ({ prompt }) => (offersTool(prompt) && !holdsResult(prompt) ? CALL : SPEECH),
  })
  // Agents send prompts of tens of thousands of tokens.
  Object.assign(responding, { contextWindowTokens: 200_000 })
  const refusing = new ScriptedEngine({ beforeStart: [{ throws: overloaded }], steps: [] })
  const recovering = new RecoveringEngine(responding, overloaded)
  const engines = new Map<string, Engine>([
    [PROOF.overloadedModel, refusing],
    [PROOF.recoveringModel, recovering],
    ['others', responding],
  ])
  const directory = new EngineDirectory({
    engineModels: new Map([...engines.keys()].map((name) => [name, name])),
    engineNameFor: (modelId) => (engines.has(modelId) ? modelId : 'others'),
  })
  for (const [name, engine] of engines) directory.add(name, new ReadyEngine(engine))
  return directory
}

/** A pause between pieces, so that each becomes an event and no two share a chunk. */
const SPEECH: readonly ScriptStep[] = [
  ...PIECES.flatMap((piece) => [{ delayMs: 5 }, piece]),
  { ends: 'end-of-generation' },
]

const CALL: readonly ScriptStep[] = [
  { yields: { type: 'tool-call-start', id: null, name: PROOF.tool, completionTokens: 3 } },
  ...['{"city": ', '"Kö', 'ln"}'].flatMap((json) => [
    { delayMs: 5 },
    { yields: { type: 'tool-input-delta', json, completionTokens: 1 } as const },
  ]),
  { ends: 'tool-call' },
]

/** Tools of others are those of an agent. */
function offersTool({ tools }: Prompt): boolean {
  return tools.some(({ name }) => name === PROOF.tool)
}

function holdsResult({ turns }: Prompt): boolean {
  return turns.some(({ parts }) => parts.some(({ type }) => type === 'tool-result'))
}

/** Throws for every new prompt. */
class RecoveringEngine implements Engine {
  readonly contextWindowTokens: number
  readonly capabilities: Engine['capabilities']
  readonly #engine: Engine
  readonly #error: CompletionError
  readonly #refusedPrompts = new Set<string>()

  constructor(engine: Engine, error: CompletionError) {
    this.contextWindowTokens = engine.contextWindowTokens
    this.capabilities = engine.capabilities
    this.#engine = engine
    this.#error = error
  }

  countTokens(...args: Parameters<Engine['countTokens']>) {
    return this.#engine.countTokens(...args)
  }

  async *generate(
    request: CompletionRequest,
    signal: AbortSignal,
  ): AsyncGenerator<readonly CompletionEvent[]> {
    const { text } = request.prompt
    if (!this.#refusedPrompts.has(text)) {
      this.#refusedPrompts.add(text)
      throw this.#error
    }
    yield* this.#engine.generate(request, signal)
  }
}
