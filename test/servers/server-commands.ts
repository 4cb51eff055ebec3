import { readdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { ServerCommand } from './real-server.ts'

/** Arguments of the servers. */
export interface ServedModel {
  readonly modelPath: string
  readonly contextTokens: number
  readonly apiKey: string
}

/**
 * llama-server; it serves this many requests at once, and more wait.
 *
 * @param more further arguments
 */
export function llamaServerCommand(
  program: string,
  model: ServedModel,
  parallel: number,
  more: readonly string[] = [],
): ServerCommand {
  const { modelPath, contextTokens, apiKey } = model
  return {
    program,
    arguments: (port) => [
      ...['--model', modelPath, '--host', '127.0.0.1', '--port', `${port}`, '--api-key', apiKey],
      ...['--ctx-size', `${contextTokens * parallel}`, '--parallel', `${parallel}`, '--threads', '1'],
      ...['--slots', ...more],
    ],
    folder: dirname(program),
    readyPath: '/health',
    apiKey,
  }
}

/** llama-cpp-python's server, which serves one request at a time. */
export function llamaCppPythonCommand(environment: string, model: ServedModel): ServerCommand {
  const { modelPath, contextTokens, apiKey } = model
  const [python] = readdirSync(join(environment, 'lib'))
  if (python === undefined) throw new Error(`${environment} is no Python environment`)
  return {
    program: join(environment, 'bin', 'python'),
    arguments: (port) => [
      ...['-m', 'llama_cpp.server', '--model', modelPath, '--host', '127.0.0.1', '--port', `${port}`],
      ...['--n_ctx', `${contextTokens}`, '--n_threads', '1', '--api_key', apiKey],
      ...['--interrupt_requests', 'false'],
    ],
    // The library looks for its backends in the working directory.
    folder: join(environment, 'lib', python, 'site-packages', 'llama_cpp', 'lib'),
    readyPath: '/v1/models',
    apiKey,
  }
}
