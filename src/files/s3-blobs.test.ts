import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { S3Fault } from '../../test/s3-fault.ts'
import { S3Service } from '../../test/s3-service.ts'
import { StateError } from '../state/state-error.ts'
import type { BlobStore, NewBlob } from './blob-store.ts'
import { readWholeBlob } from './read-whole-blob.ts'
import { PART_BYTES } from './s3-blob.ts'
import { openS3Place } from './s3-place.ts'
import type { S3Settings } from './s3-settings.ts'

/** Two parts. */
const LARGE = Buffer.alloc(PART_BYTES + 1_000, 'large ')

async function open() {
  const service = await S3Service.start()
  const { blobs } = await openS3Place(service.settings)
  service.operations.length = 0
  return { service, blobs }
}

async function store(blobs: BlobStore, bytes: Uint8Array): Promise<string> {
  const blob = await blobs.create()
  try {
    await writeAll(blob, bytes)
    const { sha256 } = await blob.end()
    await blob.stage()
    await blob.publish()
    return sha256
  } finally {
    await blob.discard()
  }
}

async function writeAll(blob: NewBlob, bytes: Uint8Array): Promise<void> {
  for (let from = 0; from < bytes.length; from += 65_536)
    await blob.write(bytes.subarray(from, from + 65_536))
}

describe('a blob in a bucket', () => {
  it('is one object, sent at once if it is small', async () => {
    const { service, blobs } = await open()
    const sha256 = await store(blobs, Buffer.from('small'))
    expect(service.operations).toEqual(['HEAD object', 'PUT object', 'HEAD object'])
    expect([...service.objects.keys()]).toEqual([`of/continuo/${sha256.slice(0, 2)}/${sha256}`])
  })

  it('is sent in parts if it is large, and leaves nothing beside it', async () => {
    const { service, blobs } = await open()
    const sha256 = await store(blobs, LARGE)
    expect(sha256).toBe(createHash('sha256').update(LARGE).digest('hex'))
    expect(service.operations).toEqual([
      'BEGIN upload',
      ...[
        'PUT part',
        'PUT part',
        'COMPLETE upload',
        'HEAD object',
        'HEAD object',
        'COPY object',
        'HEAD object',
        'DELETE object',
      ],
    ])
    expect(service.names()).toEqual([sha256])
    expect((await readWholeBlob(blobs, sha256)).equals(LARGE)).toBe(true)
  })

  it('is not sent again where the same bytes are', async () => {
    const { service, blobs } = await open()
    await store(blobs, LARGE)
    service.operations.length = 0
    await store(blobs, LARGE)
    expect(service.operations.filter((name) => name === 'COPY object')).toEqual([])
  })

  it('is there when it is published, though others removed the same bytes meanwhile', async () => {
    for (const bytes of [Buffer.from('small'), LARGE]) {
      const { blobs } = await open()
      const blob = await blobs.create()
      await writeAll(blob, bytes)
      const { sha256 } = await blob.end()
      await blob.stage()
      await blobs.remove(sha256)
      await blob.publish()
      await blob.discard()
      expect((await readWholeBlob(blobs, sha256)).equals(bytes)).toBe(true)
    }
  })
})

/** Passing failures of each kind of request. */
const PASSING: readonly (readonly [string, S3Fault['kind']])[] = [
  ['503', { type: 'error', status: 503, code: 'SlowDown' }],
  ['500', { type: 'error', status: 500, code: 'InternalError' }],
  ['a connection that is closed before', { type: 'cut', when: 'before' }],
  ['a connection that is closed after', { type: 'cut', when: 'after' }],
]

describe.each(PASSING)('after %s', (_, kind) => {
  it.each(['PUT object', 'HEAD object', 'BEGIN upload', 'PUT part', 'COMPLETE upload', 'COPY object'])(
    '%s is sent again, and nothing is left beside the blob',
    async (operation) => {
      const { service, blobs } = await open()
      service.fail({ operation, kind })
      const bytes = operation === 'PUT object' ? Buffer.from('small') : LARGE
      const sha256 = await store(blobs, bytes)
      expect(service.names()).toEqual([sha256])
      expect((await readWholeBlob(blobs, sha256)).equals(bytes)).toBe(true)
    },
  )

  it('GET and DELETE are sent again', async () => {
    const { service, blobs } = await open()
    const sha256 = await store(blobs, Buffer.from('small'))
    service.fail({ operation: 'GET object', kind })
    expect((await readWholeBlob(blobs, sha256)).toString()).toBe('small')
    service.fail({ operation: 'DELETE object', kind })
    await blobs.remove(sha256)
    expect(service.names()).toEqual([])
  })
})

it('sends bytes again that were changed on their way', async () => {
  for (const operation of ['PUT object', 'PUT part']) {
    const { service, blobs } = await open()
    service.fail({ operation, kind: error(400, 'BadDigest') })
    const bytes = operation === 'PUT object' ? Buffer.from('small') : LARGE
    expect((await readWholeBlob(blobs, await store(blobs, bytes))).equals(bytes)).toBe(true)
  }
})

describe('a blob that cannot be stored leaves nothing', () => {
  it.each<[string, S3Fault, string]>([
    ['the key may not', { operation: 'PUT part', kind: error(403, 'AccessDenied') }, 'invalid'],
    [
      'the service stays busy',
      { operation: 'PUT part', kind: error(503, 'SlowDown'), times: 4 },
      'unavailable',
    ],
    [
      'the bucket is full',
      { operation: 'PUT part', after: 1, kind: error(507, 'XMinioStorageFull') },
      'full',
    ],
    ['the ETag of a part is wrong', { operation: 'PUT part', kind: { type: 'wrong-etag' } }, 'failed'],
    [
      'the parts are not joined',
      { operation: 'COMPLETE upload', kind: { type: 'late-error', code: 'InternalError' } },
      'failed',
    ],
    ['it is not copied', { operation: 'COPY object', kind: error(501, 'NotImplemented') }, 'invalid'],
    ['it is cut', { operation: 'PUT part', kind: { type: 'cut', when: 'after' }, times: 4 }, 'unavailable'],
  ])('where %s', async (_, fault, code) => {
    const { service, blobs } = await open()
    service.fail(fault)
    await expect(store(blobs, LARGE)).rejects.toMatchObject({ name: 'StateError', code })
    expect(service.names()).toEqual([])
  })

  it('where it is discarded after any part', async () => {
    for (const parts of [0, 1, 2]) {
      const { service, blobs } = await open()
      const blob = await blobs.create()
      await writeAll(blob, LARGE.subarray(0, parts * PART_BYTES))
      await blob.discard()
      expect(service.names()).toEqual([])
    }
  })
})

describe('the bytes of a blob', () => {
  it('are asked for from where they broke off', async () => {
    const { service, blobs } = await open()
    const sha256 = await store(blobs, LARGE)
    for (const when of [0, 1, 100_000, 3_000_000])
      service.fail({ operation: 'GET object', kind: { type: 'cut', when } })
    service.operations.length = 0
    expect((await readWholeBlob(blobs, sha256)).equals(LARGE)).toBe(true)
    expect(service.operations).toEqual(Array<string>(5).fill('GET object'))
  })

  it('are given up where they break off again and again', async () => {
    const { service, blobs } = await open()
    const sha256 = await store(blobs, LARGE)
    service.fail({ operation: 'GET object', kind: { type: 'cut', when: 10 }, times: 5 })
    await expect(readWholeBlob(blobs, sha256)).rejects.toMatchObject({ code: 'unavailable' })
  })

  it('are compared with its digest', async () => {
    const { service, blobs } = await open()
    const sha256 = await store(blobs, LARGE)
    service.fail({ operation: 'GET object', kind: { type: 'changed-bytes' } })
    await expect(readWholeBlob(blobs, sha256)).rejects.toMatchObject({ code: 'corrupt' })
  })

  it('are not read faster than they are asked for', async () => {
    const { service, blobs } = await open()
    const bytes = Buffer.alloc(60_000_000, 'x')
    const sha256 = await store(blobs, bytes)
    const blob = await blobs.open(sha256)
    await blob.read()
    await expect.poll(() => service.unsentBytes(), { timeout: 30_000 }).toBeGreaterThan(20_000_000)
    await blob.close()
    await expect.poll(() => service.unsentBytes(), { timeout: 30_000 }).toBe(0)
  })

  it('are missing where no one stored them', async () => {
    const { blobs } = await open()
    await expect(blobs.open('0'.repeat(64))).rejects.toMatchObject({ code: 'corrupt' })
  })
})

it('removes what was left by an instance that was killed, and nothing that is younger than a day', async () => {
  const { service, blobs } = await open()
  const kept = await store(blobs, Buffer.from('kept'))
  const begun = await blobs.create()
  await writeAll(begun, LARGE)
  const ended = await blobs.create()
  await writeAll(ended, LARGE)
  await ended.end()
  expect(service.names()).toHaveLength(3)
  await blobs.removeLeftovers(Date.now() + 23 * 60 * 60_000)
  expect(service.names()).toHaveLength(3)
  await blobs.removeLeftovers(Date.now() + 25 * 60 * 60_000)
  expect(service.names()).toEqual([kept])
})

it('gives a bucket one id, whichever instance is first', async () => {
  const service = await S3Service.start()
  const places = await Promise.all([openS3Place(service.settings), openS3Place(service.settings)])
  expect(await places[0].readId()).toBeUndefined()
  const ids = await Promise.all(places.map((place, index) => place.writeId(`id-${index}`)))
  expect(new Set([...ids, await places[0].readId()]).size).toBe(1)
})

it('says what to install where s3mini is missing', async () => {
  const service = await S3Service.start()
  const load = () => Promise.reject(new Error('Cannot find package'))
  await expect(openS3Place(service.settings, load)).rejects.toThrow('npm install s3mini@1.0.2')
})

it('names the release of s3mini that package.json has', () => {
  const { optionalDependencies } = JSON.parse(readFileSync('package.json', 'utf8'))
  expect(readFileSync('src/files/s3-place.ts', 'utf8')).toContain(`s3mini@${optionalDependencies.s3mini}"`)
})

describe('a bucket is refused at the start', () => {
  it.each<[string, Partial<S3Settings>, (service: S3Service) => void, string]>([
    ['that does not exist', { bucket: 'another' }, () => undefined, 'create it, or correct files.s3.bucket'],
    [
      'whose service refuses the id of the key',
      { accessKeyId: 'AKOTHER' },
      () => undefined,
      'refuses the access key',
    ],
    [
      'whose service refuses its secret',
      { secretAccessKey: 'wrong' },
      () => undefined,
      'refuses the access key',
    ],
    [
      'whose service does not know the key',
      {},
      (service) => service.fail({ operation: 'GET object', kind: error(404, 'XAdminUserNotFound') }),
      'refuses the access key',
    ],
    ['in another region', { region: 'us-east-1' }, () => undefined, 'files.s3.region'],
    [
      'that redirects',
      {},
      (service) => service.fail({ kind: error(301, 'PermanentRedirect') }),
      'files.s3.region',
    ],
    [
      'whose clock is another',
      {},
      (service) => {
        service.skewMs = 20 * 60_000
      },
      'set the clock of this machine',
    ],
    [
      'that may not be written to',
      {},
      (service) => service.fail({ operation: 'BEGIN upload', kind: error(403, 'AccessDenied') }),
      'may not do this',
    ],
    ['whose service does not run', {}, (service) => service.close(), 'no response (ECONNREFUSED)'],
    ['without HTTPS', {}, (service) => service.settings, 'no secure connection'],
  ])('%s', async (title, settings, prepare, message) => {
    const service = await S3Service.start()
    prepare(service)
    const endpoint = service.settings.endpoint.replace(
      'http:',
      title === 'without HTTPS' ? 'https:' : 'http:',
    )
    const all = { ...service.settings, endpoint, ...settings }
    const opening = openS3Place(all)
    await expect(opening).rejects.toThrow(message)
    const failure = await opening.catch((error: unknown) => error)
    expect(failure).toBeInstanceOf(StateError)
    expect(String(failure)).not.toContain(all.secretAccessKey)
    expect(String(failure)).not.toContain(all.accessKeyId)
    expect(service.names()).toEqual([])
  })
})

function error(status: number, code: string): S3Fault['kind'] {
  return { type: 'error', status, code }
}
