import { Readable } from 'node:stream'
import { crc32 } from 'node:zlib'
import { type Entry, fromBufferPromise, type ZipFile } from 'yauzl'
import { ZipFile as NewZipFile } from 'yazl'
import { CompletionError } from '../completion/completion-error.ts'
import { invalidSkill } from './invalid-skill.ts'
import { MAX_ARCHIVE_ENTRIES, MAX_PATH_UNITS, MAX_SKILL_BYTES, MAX_SKILL_FILES } from './skill-bounds.ts'
import { checkPaths, type SkillFile, type SkillFiles, tooLarge } from './skill-files.ts'

/** How an archive begins. */
const SIGNATURE = Buffer.from('PK\u0003\u0004')
/** Of the attributes of an entry: the kinds of file that Unix knows. */
const FILE_KIND = 0o170000
const REGULAR_FILE = 0o100000
/** What is compressed at once. */
const CHUNK_BYTES = 64 * 1024
/** The same files make the same archive. */
const ARCHIVE_OPTIONS = { mtime: new Date(1980, 0, 1), forceDosTimestamp: true, mode: 0o100644 }

/** Whether bytes are a zip archive. */
export function isArchive(bytes: Uint8Array): boolean {
  return SIGNATURE.equals(bytes.subarray(0, SIGNATURE.length))
}

/**
 * Unpacks an archive in memory. What it claims to hold is counted before anything is unpacked, and what it holds again
 * meanwhile.
 *
 * @throws CompletionError `invalid-request` for one that is broken, too large, or holds anything but files and folders
 */
export async function unpackArchive(bytes: Uint8Array): Promise<readonly SkillFile[]> {
  try {
    const zip = await fromBufferPromise(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength), {
      lazyEntries: true,
      strictFileNames: true,
    })
    if (zip.entryCount > MAX_ARCHIVE_ENTRIES) throw tooMany()
    const entries = await readEntries(zip)
    const files: SkillFile[] = []
    for (const entry of entries) files.push({ path: entry.fileName, bytes: await unpackEntry(zip, entry) })
    return files
  } catch (cause) {
    if (cause instanceof CompletionError) throw cause
    // Its messages say what is wrong with the archive, and repeat names of files.
    const reason = cause instanceof Error ? cause.message.slice(0, MAX_PATH_UNITS) : ''
    throw invalidSkill(`The zip archive cannot be read: ${reason}`)
  }
}

/** The files of an archive. */
async function readEntries(zip: ZipFile): Promise<readonly Entry[]> {
  const files: Entry[] = []
  let count = 0
  let sizeBytes = 0
  for await (const entry of zip.eachEntry()) {
    count += 1
    if (count > MAX_ARCHIVE_ENTRIES) throw tooMany()
    checkKind(entry)
    if (entry.fileName.endsWith('/')) continue
    sizeBytes += entry.uncompressedSize
    if (sizeBytes > MAX_SKILL_BYTES) throw tooLarge()
    files.push(entry)
    if (files.length > MAX_SKILL_FILES) throw tooMany()
  }
  checkPaths(files.map(({ fileName }) => fileName))
  return files
}

function checkKind(entry: Entry): void {
  const name = JSON.stringify(entry.fileName.slice(0, MAX_PATH_UNITS))
  const kind = (entry.externalFileAttributes >>> 16) & FILE_KIND
  const isFolder = entry.fileName.endsWith('/')
  if (!isFolder && kind !== 0 && kind !== REGULAR_FILE) {
    throw invalidSkill(`${name}: the zip archive must hold files and folders alone, no links.`)
  }
  if (entry.isEncrypted()) throw invalidSkill(`${name}: the zip archive must not be encrypted.`)
  if (!entry.canDecodeFileData()) {
    throw invalidSkill(`${name}: the zip archive must use the compression "deflate", or none.`)
  }
}

async function unpackEntry(zip: ZipFile, entry: Entry): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  let sizeBytes = 0
  let sum = 0
  for await (const chunk of await zip.openReadStreamPromise(entry)) {
    sizeBytes += chunk.length
    if (sizeBytes > entry.uncompressedSize) throw tooLarge()
    sum = crc32(chunk, sum)
    chunks.push(chunk)
  }
  if (sum !== entry.crc32) throw new Error(`${entry.fileName} is damaged`)
  return Buffer.concat(chunks, sizeBytes)
}

/** Packs the files of a version into an archive whose one folder they are in. */
export function packArchive({
  directory,
  files,
}: Pick<SkillFiles, 'directory' | 'files'>): AsyncIterable<Uint8Array> {
  const zip = new NewZipFile()
  for (const { path, bytes } of files) {
    zip.addReadStreamLazy(`${directory}/${path}`, { ...ARCHIVE_OPTIONS, size: bytes.length }, (use) =>
      use(null, Readable.from(chunksOf(bytes), { objectMode: false })),
    )
  }
  zip.end()
  return zip.outputStream as NodeJS.ReadableStream & AsyncIterable<Uint8Array>
}

function* chunksOf(bytes: Uint8Array): Generator<Uint8Array> {
  for (let from = 0; from < bytes.length; from += CHUNK_BYTES) yield bytes.subarray(from, from + CHUNK_BYTES)
}

function tooMany(): Error {
  return invalidSkill(`A skill has at most ${MAX_SKILL_FILES} files.`)
}
