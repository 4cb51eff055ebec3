import { Worker } from 'node:worker_threads'
import type { PdfErrorCode } from './pdf-error.ts'
import type { PdfMessage, PdfTask } from './pdf-message.ts'

/** How often the memory of the process is looked at. It cannot grow by more than a few hundred megabytes between. */
const WATCH_MS = 20
/** The heap of the thread; what it decompresses is outside of it. */
const HEAP_SHARE = 0.5
const MEBIBYTE = 1024 * 1024

/**
 * Reads the PDF on standard input and writes its pages to standard output, in a process of its own: what a PDF decompresses is
 * in no heap that could be limited. A thread does the work, so that this one can end the process at any time.
 */
async function run(task: PdfTask): Promise<void> {
  const { maxMs, maxResidentBytes } = task
  setTimeout(() => end('too-costly', `it takes more than ${maxMs / 1_000} seconds`), maxMs)
  const chunks: Uint8Array[] = []
  for await (const chunk of process.stdin) chunks.push(chunk as Uint8Array)
  const bytes = new Uint8Array(Buffer.concat(chunks))
  const tooLarge = `it takes more than ${Math.round(maxResidentBytes / MEBIBYTE)} MiB of memory`
  setInterval(() => {
    if (process.memoryUsage.rss() > maxResidentBytes) end('too-costly', tooLarge)
  }, WATCH_MS)
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js'
  const worker = new Worker(new URL(`./pdf-worker.${extension}`, import.meta.url), {
    workerData: { bytes, task },
    transferList: [bytes.buffer],
    execArgv: [],
    resourceLimits: { maxOldGenerationSizeMb: (maxResidentBytes * HEAP_SHARE) / MEBIBYTE },
  })
  worker.on('message', (message: PdfMessage) => {
    if (message.type === 'page') write(message)
    else write(message, () => process.exit())
  })
  worker.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'ERR_WORKER_OUT_OF_MEMORY') end('too-costly', tooLarge)
    else end('invalid', error.name)
  })
}

function end(code: PdfErrorCode, message: string): void {
  write({ type: 'failed', code, message }, () => process.exit())
}

function write(message: PdfMessage, done: () => void = () => undefined): void {
  process.stdout.write(`${JSON.stringify(message)}\n`, done)
}

await run(JSON.parse(process.argv[2] ?? '') as PdfTask)
