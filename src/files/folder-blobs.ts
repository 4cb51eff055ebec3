import { createHash, type Hash, randomUUID } from 'node:crypto'
import { type FileHandle, mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { StateError } from '../state/state-error.ts'
import type { BlobDigest, BlobStore, NewBlob, OpenBlob } from './blob-store.ts'

/** Bytes that are written, or read, at once. */
const BLOCK_BYTES = 256 * 1024
/** What has not ended by then was left by an instance that was killed. */
const LEFT_OVER_MS = 24 * 60 * 60_000
/** Of everything in the folder, for its owner only. */
const FILE_MODE = 0o600
const FOLDER_MODE = 0o700
const FULL_CODES: readonly unknown[] = ['ENOSPC', 'EDQUOT', 'EFBIG']

/** Blobs as files of a folder, which instances may share. */
export class FolderBlobs implements BlobStore {
  readonly heldBytesPerBlob = BLOCK_BYTES
  readonly #folder: string

  constructor(folder: string) {
    this.#folder = folder
  }

  async create(): Promise<NewBlob> {
    const path = join(this.#folder, 'incoming', randomUUID())
    try {
      await makeSubfolder(join(this.#folder, 'incoming'))
      return new FolderBlob(await open(path, 'wx', FILE_MODE), path, (sha256) => this.#pathOf(sha256))
    } catch (error) {
      throw storageError(error)
    }
  }

  async open(sha256: string): Promise<OpenBlob> {
    let file: FileHandle | undefined
    try {
      file = await open(this.#pathOf(sha256), 'r')
      const { size } = await file.stat()
      return new OpenFile(file, size)
    } catch (error) {
      await file?.close()
      if (codeOf(error) !== 'ENOENT') throw storageError(error)
      throw new StateError(
        'corrupt',
        `the bytes of a file are not in ${this.#folder}: instances must share the folder that files.folder names`,
      )
    }
  }

  async remove(sha256: string): Promise<void> {
    try {
      await rm(this.#pathOf(sha256), { force: true })
    } catch (error) {
      throw storageError(error)
    }
  }

  async removeLeftovers(nowMs = Date.now()): Promise<void> {
    const folder = join(this.#folder, 'incoming')
    const names = await readdir(folder).catch(() => [])
    for (const name of names) {
      const path = join(folder, name)
      const found = await stat(path).catch(() => undefined)
      if (found !== undefined && found.mtimeMs < nowMs - LEFT_OVER_MS) await rm(path, { force: true })
    }
  }

  async close(): Promise<void> {}

  /** In one of 256 folders, since some file systems are slow where one holds very many. */
  #pathOf(sha256: string): string {
    if (!/^[0-9a-f]{64}$/.test(sha256)) throw new StateError('corrupt', 'a file has no digest')
    return join(this.#folder, sha256.slice(0, 2), sha256)
  }
}

class FolderBlob implements NewBlob {
  readonly #path: string
  readonly #pathOf: (sha256: string) => string
  readonly #hash: Hash = createHash('sha256')
  #file: FileHandle | null
  /** What waits to be written with the next bytes: parts come in small pieces. */
  readonly #block = Buffer.allocUnsafeSlow(BLOCK_BYTES)
  #blockBytes = 0
  #sizeBytes = 0
  #sha256: string | null = null

  constructor(file: FileHandle, path: string, pathOf: (sha256: string) => string) {
    this.#file = file
    this.#path = path
    this.#pathOf = pathOf
  }

  get sizeBytes(): number {
    return this.#sizeBytes
  }

  async write(chunk: Uint8Array): Promise<void> {
    this.#hash.update(chunk)
    this.#sizeBytes += chunk.length
    for (let from = 0; from < chunk.length; ) {
      const part = chunk.subarray(from, from + BLOCK_BYTES - this.#blockBytes)
      this.#block.set(part, this.#blockBytes)
      this.#blockBytes += part.length
      from += part.length
      if (this.#blockBytes === BLOCK_BYTES) await this.#writeBlock()
    }
  }

  async end(): Promise<BlobDigest> {
    await this.#writeBlock()
    try {
      await this.#file?.sync()
    } catch (error) {
      throw storageError(error)
    }
    await this.#close()
    this.#sha256 = this.#hash.digest('hex')
    return { sha256: this.#sha256, sizeBytes: this.#sizeBytes }
  }

  /** A file is renamed quickly. */
  async stage(): Promise<void> {}

  async publish(): Promise<void> {
    if (this.#sha256 === null) throw new StateError('failed', 'bytes are published before their end')
    const path = this.#pathOf(this.#sha256)
    const folder = join(path, '..')
    try {
      await makeSubfolder(folder)
      await rename(this.#path, path)
      await syncFolder(folder)
    } catch (error) {
      throw storageError(error)
    }
  }

  async discard(): Promise<void> {
    await this.#close()
    await rm(this.#path, { force: true }).catch(() => undefined)
  }

  async #writeBlock(): Promise<void> {
    const block = this.#block.subarray(0, this.#blockBytes)
    this.#blockBytes = 0
    for (let from = 0; from < block.length; ) {
      if (this.#file === null) throw new StateError('failed', 'bytes are written after their end')
      try {
        const { bytesWritten } = await this.#file.write(block, from)
        from += bytesWritten
      } catch (error) {
        throw storageError(error)
      }
    }
  }

  async #close(): Promise<void> {
    const file = this.#file
    this.#file = null
    await file?.close().catch(() => undefined)
  }
}

class OpenFile implements OpenBlob {
  readonly sizeBytes: number
  readonly #file: FileHandle

  constructor(file: FileHandle, sizeBytes: number) {
    this.#file = file
    this.sizeBytes = sizeBytes
  }

  async read(): Promise<Uint8Array> {
    try {
      const block = Buffer.allocUnsafeSlow(BLOCK_BYTES)
      const { bytesRead } = await this.#file.read(block, 0, BLOCK_BYTES)
      return block.subarray(0, bytesRead)
    } catch (error) {
      throw storageError(error)
    }
  }

  async close(): Promise<void> {
    await this.#file.close().catch(() => undefined)
  }
}

async function makeSubfolder(path: string): Promise<void> {
  try {
    await mkdir(path, { mode: FOLDER_MODE })
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error
  }
}

/** A name in a folder survives a power cut once the folder is on the disk. Windows cannot open one. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined
}

/** @returns a StateError: what is wrong with the folder is the operator's matter, and a full disk may pass */
function storageError(error: unknown): unknown {
  if (error instanceof StateError) return error
  const code = codeOf(error)
  if (typeof code !== 'string') return error
  if (FULL_CODES.includes(code)) return new StateError('full', `the folder of files is full (${code})`)
  return new StateError('not-writable', `the folder of files cannot be used (${code})`)
}
