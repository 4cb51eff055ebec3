import { hash } from 'node:crypto'
import { createReadStream, createWriteStream, existsSync } from 'node:fs'
import { open, readFile, rename, rm } from 'node:fs/promises'
import { createInterface } from 'node:readline'
import { pipeline } from 'node:stream/promises'
import { setTimeout as delay } from 'node:timers/promises'
import { Command } from 'commander'
import { ConfigError } from '../config/config-error.ts'
import { standardError } from '../util/standard-output.ts'
import type { BatchProgress } from '../wire/batches/batch-progress.ts'
import { BatchServer } from './batch-server.ts'
import { DEFAULT_SERVER_URL } from './default-server-url.ts'
import { EXIT_FAILURE } from './explain-error.ts'

const POLL_MS = 1_000

interface RunFlags {
  readonly out: string
  readonly url: string
  readonly apiKey?: string
}

/** The batch that a file of results is being made by, kept beside that file. */
interface StartedBatch {
  readonly id: string
  readonly url: string
  readonly requestsSha256: string
}

/** `continuo batch …`: message batches on a server that runs. */
export function batchCommand(): Command {
  const run = new Command('run')
    .description(
      'Send the requests of a file as a message batch, wait for it, and write its results. Run again after an interruption, it continues the same batch',
    )
    .argument('<file>', 'JSON lines, each {"custom_id": …, "params": …}')
    .requiredOption('--out <file>', 'Where the results are written, as JSON lines')
    .option('--url <url>', 'The address of the server', DEFAULT_SERVER_URL)
    .option('--api-key <key>', 'An API key of the server; by default that in CONTINUO_API_KEY')
    .action(runBatch)
  return new Command('batch').description('Run message batches on a server').addCommand(run)
}

async function runBatch(file: string, flags: RunFlags): Promise<void> {
  const { out, url, apiKey = process.env.CONTINUO_API_KEY ?? 'any' } = flags
  if (!existsSync(file)) throw new ConfigError(`There is no file ${file}.`)
  if (existsSync(out)) throw new ConfigError(`${out} exists: remove it, or choose another file with --out.`)
  const server = new BatchServer(url, apiKey)
  const startedPath = `${out}.batch`
  const { id } = await startedBatch(startedPath, file, url, server)
  const { total, succeeded } = await waitForEnd(server, id)
  await pipeline(await server.results(id), createWriteStream(`${out}.part`))
  await rename(`${out}.part`, out)
  await rm(startedPath)
  standardError().write(`${succeeded} of ${total} requests succeeded; the results are in ${out}\n`)
  if (succeeded < total) process.exitCode = EXIT_FAILURE
}

/** The batch that an interrupted run has started, or a new one. */
async function startedBatch(
  path: string,
  file: string,
  url: string,
  server: BatchServer,
): Promise<StartedBatch> {
  const bytes = await readFile(file)
  if (bytes.every((byte) => byte <= 0x20)) throw new ConfigError(`${file} has no requests.`)
  const requestsSha256 = hash('sha256', bytes)
  if (existsSync(path)) {
    const started = JSON.parse(await readFile(path, 'utf8')) as StartedBatch
    if (started.requestsSha256 === requestsSha256 && started.url === url) return started
    throw new ConfigError(
      `${path} is of a batch with other requests, or on another server: remove it to send a new batch.`,
    )
  }
  const started = { id: await server.create(batchBody(file)), url, requestsSha256 }
  const handle = await open(path, 'wx')
  try {
    await handle.writeFile(JSON.stringify(started))
    await handle.sync()
  } finally {
    await handle.close()
  }
  return started
}

/** The body of a batch, made of the lines of a file while it is read. */
async function* batchBody(file: string): AsyncGenerator<string> {
  let separator = '{"requests":['
  for await (const line of createInterface({ input: createReadStream(file), crlfDelay: Infinity })) {
    if (line.trim() === '') continue
    yield `${separator}${line}`
    separator = ','
  }
  yield ']}'
}

async function waitForEnd(server: BatchServer, id: string): Promise<BatchProgress> {
  const startedMs = performance.now()
  for (;;) {
    const progress = await server.read(id)
    showProgress(progress, performance.now() - startedMs)
    if (progress.hasEnded) return progress
    await delay(POLL_MS)
  }
}

/** One line that is written over; nothing where no person reads it. */
function showProgress({ id, total, remaining, hasEnded }: BatchProgress, elapsedMs: number): void {
  if (!process.stderr.isTTY) return
  const done = total - (remaining ?? (hasEnded ? 0 : total))
  const bar = progressBar(total === 0 ? 1 : done / total)
  const seconds = Math.round(elapsedMs / 1_000)
  process.stderr.write(
    `\r\u001b[2K${bar} ${done} of ${total} requests, ${seconds} s (${id})${hasEnded ? '\n' : ''}`,
  )
}

const BAR_WIDTH = 24

/** `share` of a bar is filled. */
function progressBar(share: number): string {
  const filled = Math.round(Math.min(1, Math.max(0, share)) * BAR_WIDTH)
  return `[${'#'.repeat(filled)}${' '.repeat(BAR_WIDTH - filled)}]`
}
