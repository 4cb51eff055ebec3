import { join } from 'node:path'
import type { LoadTarget } from '../load/load-job.ts'
import { freePort, ServerProcess } from '../server-process.ts'

/** Its column in every table. */
export const LLAMA_SERVER = 'llama-server'

/** Settings of a llama.cpp program that depend on model and machine. */
export interface LlamaSettings {
  readonly threads: number
  readonly flashAttention: boolean
  readonly unifiedKvCache: boolean
  /** Whether the server drafts tokens by prompt lookup; llama-batched-bench never does. */
  readonly drafts: boolean
}

/** A model, and the number and length of its sequences. */
export interface LlamaLoad {
  readonly model: string
  readonly sequences: number
  /** Tokens of one sequence. */
  readonly contextTokens: number
}

/** For people. */
export function describeSettings(settings: LlamaSettings): string {
  const attention = settings.flashAttention ? ', flash attention' : ''
  const drafts = settings.drafts ? ', drafts' : ''
  const layout = settings.unifiedKvCache ? 'unified' : 'per-sequence'
  return `${settings.threads} threads, ${layout} KV cache${attention}${drafts}`
}

/** Arguments that all programs of llama.cpp share. */
export function llamaFlags({ model, sequences, contextTokens }: LlamaLoad, settings: LlamaSettings) {
  const threads = String(settings.threads)
  return [
    ...['--model', model, '--ctx-size', String(sequences * contextTokens)],
    ...['--threads', threads, '--threads-batch', threads],
    ...['--flash-attn', settings.flashAttention ? 'on' : 'off'],
    settings.unifiedKvCache ? '--kv-unified' : '--no-kv-unified',
    ...['--batch-size', '2048', '--ubatch-size', '512'],
  ]
}

/** llama.cpp's own server, with its defaults for continuous batching and prefix reuse. */
export class LlamaServer {
  readonly #folder: string

  /** @param folder of llama.cpp's programs */
  constructor(folder: string) {
    this.#folder = folder
  }

  /** The command that serves a model on a port. */
  command(load: LlamaLoad, settings: LlamaSettings, port: number): string[] {
    return [
      join(this.#folder, 'llama-server'),
      ...llamaFlags(load, settings),
      ...['--parallel', String(load.sequences), '--host', '127.0.0.1', '--port', String(port)],
      ...['--no-webui', '--no-slots', '--log-disable'],
      ...(settings.drafts ? ['--spec-type', 'ngram-simple'] : []),
    ]
  }

  async start(load: LlamaLoad, settings: LlamaSettings): Promise<ServerProcess> {
    const port = await freePort()
    const command = this.command(load, settings, port)
    return ServerProcess.start({ command, port, processors: 'all' }, '/health')
  }
}

/** Greedy requests to `POST /completion`, llama-server's own and leanest route. */
export function llamaServerTarget(port: number, prompts: readonly string[], maxTokens: number): LoadTarget {
  const bodies = prompts.map((prompt) => ({
    prompt,
    n_predict: maxTokens,
    stream: true,
    cache_prompt: true,
    stop: ['\n\nHuman:'],
    // The shortest chain: the most likely token.
    samplers: ['top_k'],
    top_k: 1,
    temperature: 0,
  }))
  return {
    port,
    path: '/completion',
    headers: {},
    bodies: bodies.map((body) => JSON.stringify(body)),
    textMarker: '"content":"',
    textField: 'content',
    tokensMarker: '"tokens_predicted":',
    endMarker: '"stop_type":"limit"',
  }
}
