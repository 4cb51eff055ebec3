import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { constants, createBrotliDecompress, createGunzip, createInflate } from 'node:zlib'
import { UpstreamFailure } from './upstream-failure.ts'

/** Most compressed bytes that are read ahead. */
const MAX_BYTES_AHEAD = 64 * 1024
const FIRST_BYTE_OF_GZIP = 0x1f

// An end in the middle is reported by the events that are missing.
const ZLIB_OPTIONS = { flush: constants.Z_SYNC_FLUSH, finishFlush: constants.Z_SYNC_FLUSH }
const BROTLI_OPTIONS = {
  flush: constants.BROTLI_OPERATION_FLUSH,
  finishFlush: constants.BROTLI_OPERATION_FLUSH,
}

/** Reads the next bytes; null at the end. */
export type ReadBytes = () => Promise<Uint8Array | null>

/** The decoders of content codings, by their names in lower case. */
const DECODERS: ReadonlyMap<string, () => NodeJS.ReadWriteStream> = new Map([
  ['gzip', () => createGunzip(ZLIB_OPTIONS)],
  ['x-gzip', () => createGunzip(ZLIB_OPTIONS)],
  ['deflate', () => createInflate(ZLIB_OPTIONS)],
  ['br', () => createBrotliDecompress(BROTLI_OPTIONS)],
])

/**
 * Decodes a body by its `content-encoding`, a bounded number of bytes at a time. Servers that name a coding and do not
 * use it are common enough: what does not begin as gzip is passed on as it is.
 *
 * @param address of the upstream, for the log
 * @throws UpstreamFailure `malformed-event` when the coding is unknown or the body is broken
 */
export async function* decodeBody(
  coding: string,
  address: string,
  read: ReadBytes,
): AsyncGenerator<Uint8Array> {
  const name = coding.trim().toLowerCase()
  const createDecoder = DECODERS.get(name)
  if (createDecoder === undefined) {
    throw new UpstreamFailure('malformed-event', `${address} sent a body in an unknown content coding`)
  }
  const first = await read()
  if (first === null) return
  const bytes = withFirst(first, read)
  if (name.endsWith('gzip') && first[0] !== FIRST_BYTE_OF_GZIP) return yield* bytes
  const decoder = createDecoder()
  // The reader of the decoder gets the error, too.
  pipeline(Readable.from(bytes, { objectMode: false, highWaterMark: MAX_BYTES_AHEAD }), decoder).catch(
    () => undefined,
  )
  try {
    for await (const piece of decoder) yield piece as Buffer
  } catch (error) {
    const { code } = error as { code?: unknown }
    if (typeof code !== 'string' || !/^(?:Z_|ERR_)/.test(code)) throw error
    throw new UpstreamFailure('malformed-event', `${address} sent a body that cannot be decoded (${code})`)
  }
}

async function* withFirst(first: Uint8Array, read: ReadBytes): AsyncGenerator<Uint8Array> {
  for (let bytes: Uint8Array | null = first; bytes !== null; bytes = await read()) yield bytes
}
