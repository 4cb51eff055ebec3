import { createHash, type Hash } from 'node:crypto'
import { createReadStream, rmSync, statfsSync, statSync } from 'node:fs'
import { type FileHandle, open, rename } from 'node:fs/promises'
import { dirname } from 'node:path'
import { EngineLoadError } from '../completion/engine-load-error.ts'
import { makeFolder } from '../util/make-folder.ts'
import { connectionProblem, PassingFailure, refusalError } from './download-error.ts'
import { holdDownload } from './hold-download.ts'
import { type RetrySettings, retryDownloads } from './retry-downloads.ts'

/** A server that sends nothing for this long is asked again. */
const SILENCE_MS = 60_000

/** A file on a server, and where it is to be. */
export interface RemoteFile {
  /** What people call it. */
  readonly name: string
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  /** Where its conditions are accepted; null for a server that has none. */
  readonly page: string | null
  readonly path: string
  /** Null where the server does not say it before. */
  readonly sizeBytes: number | null
  /** Null where nothing says it. */
  readonly sha256: string | null
}

/** How far the download of a file is. */
export interface FileProgress {
  readonly bytes: number
  /** Null while it is not known. */
  readonly totalBytes: number | null
}

/**
 * Downloads a file, beginning where an earlier download of it stopped, and checks its size and checksum. Until it is
 * complete, its name ends in `.incomplete`.
 *
 * @throws EngineLoadError with a message of one line
 */
export async function downloadFile(
  file: RemoteFile,
  retries: RetrySettings,
  onProgress: (progress: FileProgress) => void,
): Promise<void> {
  makeFolder(dirname(file.path))
  const release = holdDownload(`${file.path}.lock`, file.name)
  try {
    const incomplete = `${file.path}.incomplete`
    checkDisk(file, incomplete)
    await retryDownloads(file.name, retries, (progressed) =>
      continueDownload(file, incomplete, retries.signal, (progress) => {
        progressed()
        onProgress(progress)
      }),
    )
    await checkSum(file, incomplete, retries.signal)
    await rename(incomplete, file.path)
  } finally {
    release()
  }
}

function checkDisk({ name, path, sizeBytes }: RemoteFile, incomplete: string): void {
  if (sizeBytes === null) return
  const { bavail, bsize } = statfsSync(dirname(path))
  const neededBytes = sizeBytes - sizeOf(incomplete)
  if (neededBytes <= bavail * bsize) return
  throw new EngineLoadError(
    `${name} takes ${(neededBytes / 1e9).toFixed(1)} GB, but only ${((bavail * bsize) / 1e9).toFixed(1)} GB are free in ${dirname(path)}: make space, or set HF_HOME to another disk.`,
  )
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0
}

/** One request for the rest of a file. */
async function continueDownload(
  file: RemoteFile,
  incomplete: string,
  signal: AbortSignal,
  onProgress: (progress: FileProgress) => void,
): Promise<void> {
  const from = sizeOf(incomplete)
  if (file.sizeBytes !== null && from >= file.sizeBytes) return
  const silence = new AbortController()
  const timer = setTimeout(() => silence.abort(new DOMException('silence', 'TimeoutError')), SILENCE_MS)
  try {
    const response = await request(file, from, AbortSignal.any([signal, silence.signal]))
    const isWhole = response.status === 200
    // Without a size the server's word is all there is: the file ended exactly here.
    if (response.status === 416) return restart(file, incomplete)
    const start = isWhole ? 0 : from
    const length = Number(response.headers.get('content-length') ?? Number.NaN)
    const totalBytes = file.sizeBytes ?? (Number.isFinite(length) ? start + length : null)
    const handle = await open(incomplete, isWhole ? 'w' : 'a')
    try {
      await receive(response, handle, (received) => {
        timer.refresh()
        onProgress({ bytes: start + received, totalBytes })
      })
    } finally {
      await handle.close()
    }
    const bytes = sizeOf(incomplete)
    if (totalBytes !== null && bytes < totalBytes) throw new PassingFailure('the connection was cut')
  } catch (error) {
    throw signal.aborted || error instanceof EngineLoadError || error instanceof PassingFailure
      ? error
      : new PassingFailure(`no connection to ${new URL(file.url).host} (${connectionProblem(error)})`)
  } finally {
    clearTimeout(timer)
  }
}

/** What is there is no beginning of the file. */
function restart({ url }: RemoteFile, incomplete: string): never {
  rmSync(incomplete, { force: true })
  throw new PassingFailure(`${new URL(url).host} has no more of the file (416)`)
}

async function request(file: RemoteFile, from: number, signal: AbortSignal): Promise<Response> {
  const range: Record<string, string> = from === 0 ? {} : { range: `bytes=${from}-` }
  // Compressed, a part of a file would be a part of something else.
  const headers = { 'accept-encoding': 'identity', ...file.headers, ...range }
  const response = await fetch(file.url, { headers, signal })
  if (response.ok || (response.status === 416 && from > 0)) return response
  await response.body?.cancel()
  throw refusalError(response, file.name, file.page)
}

async function receive(
  response: Response,
  handle: FileHandle,
  onReceived: (bytes: number) => void,
): Promise<void> {
  let received = 0
  for await (const chunk of response.body ?? []) {
    await writeAll(handle, chunk)
    received += chunk.length
    onReceived(received)
  }
}

async function writeAll(handle: FileHandle, chunk: Uint8Array): Promise<void> {
  try {
    for (let at = 0; at < chunk.length; ) at += (await handle.write(chunk, at)).bytesWritten
  } catch (error) {
    throw new EngineLoadError(`The download cannot be written (${(error as Error).message}).`)
  }
}

async function checkSum(file: RemoteFile, incomplete: string, signal: AbortSignal): Promise<void> {
  const { name, sizeBytes, sha256 } = file
  const wrong = sizeBytes !== null && sizeOf(incomplete) !== sizeBytes ? 'size' : null
  const hash = wrong === null && sha256 !== null ? await hashOf(incomplete, signal) : null
  const problem = wrong ?? (hash === null || hash.digest('hex') === sha256 ? null : 'checksum')
  if (problem === null) return
  rmSync(incomplete, { force: true })
  throw new EngineLoadError(`${name} arrived with a wrong ${problem} and was deleted: download it again.`)
}

async function hashOf(path: string, signal: AbortSignal): Promise<Hash> {
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(path, { signal, highWaterMark: 1024 * 1024 })) hash.update(chunk)
  return hash
}
