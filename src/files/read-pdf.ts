import { type ChildProcess, spawn } from 'node:child_process'
import { constants, setPriority } from 'node:os'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { PdfError } from './pdf-error.ts'
import type { PdfMessage, PdfTask } from './pdf-message.ts'

/** How long reading one PDF may take. */
const MAX_PDF_MS = 30_000
/** Most memory of the process that reads it. Node alone takes some 100 MB. */
const MAX_PDF_RESIDENT_BYTES = 512 * 1024 * 1024
/** Most text of one PDF: no model's window holds more. */
const MAX_PDF_TEXT_UNITS = 8 * 1024 * 1024
/** Readers accept the header anywhere in these first bytes. */
const HEADER_BYTES = 1024
/** Given to the process to say why it ends by itself. */
const GRACE_MS = 2_000

/** The texts of the pages of a PDF, read in a process of its own. */
export async function readPdf(
  bytes: Uint8Array,
  maxPages: number,
  signal: AbortSignal,
  limits: Partial<PdfTask> = {},
): Promise<readonly string[]> {
  signal.throwIfAborted()
  // What is no PDF at all needs no process.
  if (!Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, HEADER_BYTES)).includes('%PDF-'))
    throw new PdfError('invalid', 'it has no header')
  const task: PdfTask = {
    maxPages,
    maxTextUnits: MAX_PDF_TEXT_UNITS,
    maxResidentBytes: MAX_PDF_RESIDENT_BYTES,
    maxMs: MAX_PDF_MS,
    ...limits,
  }
  const child = startProcess(task)
  const kill = () => void child.kill('SIGKILL')
  signal.addEventListener('abort', kill, { once: true })
  const timer = setTimeout(kill, task.maxMs + GRACE_MS)
  try {
    // A process that ends early breaks its pipe.
    child.stdin?.on('error', () => undefined).end(bytes)
    return await readMessages(child)
  } catch (error) {
    signal.throwIfAborted()
    throw error
  } finally {
    clearTimeout(timer)
    signal.removeEventListener('abort', kill)
    kill()
  }
}

function startProcess(task: PdfTask): ChildProcess {
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js'
  const entry = fileURLToPath(new URL(`./pdf-process.${extension}`, import.meta.url))
  const child = spawn(process.execPath, [entry, JSON.stringify(task)], {
    stdio: ['pipe', 'pipe', 'ignore'],
    // Nothing of the server's: keys are in it.
    env: {},
    windowsHide: true,
  })
  yieldProcessor(child)
  return child
}

/** The requests of others go first: reading a PDF may take both processors for half a minute. */
function yieldProcessor({ pid }: ChildProcess): void {
  try {
    if (pid !== undefined) setPriority(pid, constants.priority.PRIORITY_LOW)
  } catch {
    // It may have ended, and some systems do not allow it.
  }
}

async function readMessages(child: ChildProcess): Promise<string[]> {
  const failed = new Promise<never>((_, reject) => {
    child.once('error', (error) =>
      reject(new Error('the process that reads PDFs did not start', { cause: error })),
    )
  })
  const read = readLines(child)
  read.catch(() => undefined)
  return await Promise.race([read, failed])
}

async function readLines({ stdout }: ChildProcess): Promise<string[]> {
  const pages: string[] = []
  if (stdout !== null) {
    for await (const line of createInterface({ input: stdout, crlfDelay: Number.POSITIVE_INFINITY })) {
      const message = JSON.parse(line) as PdfMessage
      if (message.type === 'failed') throw new PdfError(message.code, message.message)
      if (message.type === 'end') return withText(pages)
      pages.push(message.text)
    }
  }
  throw new PdfError('too-costly', 'the process that reads it was ended')
}

function withText(pages: string[]): string[] {
  if (pages.some((page) => page.trim() !== '')) return pages
  throw new PdfError('without-text', 'its pages have no text')
}
