import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { OURS } from '../contender.ts'
import { GC_LOG_FLAG } from '../gc-log.ts'
import type { LoadTarget } from '../load/load-job.ts'
import type { Processors } from '../processors.ts'
import { freePort, ServerProcess } from '../server-process.ts'
import { type ProxyUnderTest, QUESTION } from './peer.ts'

/** The program. */
export const MAIN = join(import.meta.dirname, '..', '..', 'src', 'main.ts')

/** The key that requests have. */
const BENCH_KEY = 'any'

/** The command that serves on a port. */
export function serveCommand(
  port: number,
  flags: readonly string[],
  nodeFlags: readonly string[] = [],
): string[] {
  return [
    process.execPath,
    ...nodeFlags,
    MAIN,
    'serve',
    '--port',
    String(port),
    '--state',
    'none',
    '--log-level',
    'info',
    ...flags,
  ]
}

/** Starts `continuo serve` with its defaults: it logs a line for each request. */
export async function startContinuo(
  flags: readonly string[],
  processors: Processors,
  nodeFlags: readonly string[] = [],
): Promise<ServerProcess> {
  const port = await freePort()
  const command = serveCommand(port, flags, nodeFlags)
  return ServerProcess.start({ command, port, processors }, '/health')
}

/** A request to `POST /v1/complete`. */
export function completeTarget(port: number, bodies: readonly object[], endMarker: string): LoadTarget {
  return {
    port,
    path: '/v1/complete',
    headers: { 'x-api-key': BENCH_KEY, 'anthropic-version': '2023-06-01' },
    bodies: bodies.map((body) => JSON.stringify(body)),
    textMarker: '"completion":',
    textField: 'completion',
    endMarker,
  }
}

/** This project in front of an upstream of the OpenAI style. */
export const continuoProxy: ProxyUnderTest = proxyWith(OURS, () => [])

/** The same with a state: it knows the key, and records what each request used. */
export const continuoWithState: ProxyUnderTest = proxyWith(`${OURS} with a state`, (folder) => [
  ...['--state', join(folder, 'state')],
  ...['--api-key', BENCH_KEY],
])

function proxyWith(name: string, flagsFor: (folder: string) => readonly string[]): ProxyUnderTest {
  return {
    name,
    start(upstreamPort) {
      const folder = mkdtempSync(join(tmpdir(), 'continuo-bench-'))
      return startContinuoBefore(upstreamPort, flagsFor(folder))
    },
    target(port, stream) {
      const prompt = `\n\nHuman: ${QUESTION}\n\nAssistant:`
      const body = { model: 'canned', prompt, max_tokens_to_sample: 256, stream }
      return completeTarget(port, [body], '"stop_reason":"stop_sequence"')
    },
  }
}

/** Starts `continuo serve` in front of an upstream of the OpenAI style, on the processor of proxies. */
export function startContinuoBefore(upstreamPort: number, flags: readonly string[]): Promise<ServerProcess> {
  const config = join(mkdtempSync(join(tmpdir(), 'continuo-bench-')), 'continuo.json')
  writeFileSync(config, JSON.stringify(proxyConfig(upstreamPort)))
  return startContinuo(['--config', config, ...flags], 'first', [GC_LOG_FLAG])
}

function proxyConfig(upstreamPort: number): object {
  const upstream = {
    kind: 'openai-chat',
    baseUrls: [`http://127.0.0.1:${upstreamPort}`],
    model: 'canned',
    maxConcurrentRequests: 4096,
  }
  return { engines: { upstream }, defaultEngine: 'upstream' }
}
