import { join } from 'node:path'
import { install } from './install.ts'
import { type LlamaLoad, type LlamaSettings, llamaFlags } from './llama-server.ts'

/** It sometimes exits before its log has written the line. */
const MAX_ATTEMPTS = 5

/** Tokens of a prompt and of a completion, as for the servers. */
export interface BatchedBenchLengths {
  readonly promptTokens: number
  readonly completionTokens: number
}

/**
 * Measures llama.cpp alone: batches of tokens that are not sampled, parsed or sent.
 *
 * @returns tokens per second of all sequences, decoding only
 */
export async function runBatchedBench(
  folder: string,
  load: LlamaLoad,
  settings: LlamaSettings,
  { promptTokens, completionTokens }: BatchedBenchLengths,
): Promise<number> {
  const command = [
    join(folder, 'llama-batched-bench'),
    ...llamaFlags(load, settings),
    ...['-npp', String(promptTokens), '-ntg', String(completionTokens), '-npl', String(load.sequences)],
    ...['--output-format', 'jsonl', '--log-verbosity', '1'],
  ]
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
    const output = await install(command)
    const line = output.split('\n').find((text) => text.startsWith('{'))
    const speed = line === undefined ? undefined : (JSON.parse(line) as Record<string, number>).speed_tg
    if (speed !== undefined) return speed
  }
  throw new Error(`llama-batched-bench printed nothing: ${command.join(' ')}`)
}
