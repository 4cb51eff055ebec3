import { describe, expect, it } from 'vitest'
import { FILES_SCHEMA } from '../files/settings.ts'
import { ConfigError } from './config-error.ts'
import { resolveFiles } from './resolve-files.ts'

const S3 = { endpoint: 'https://s3.example', bucket: 'a-bucket' }
const KEYS = { CONTINUO_S3_ACCESS_KEY_ID: 'an-id ', CONTINUO_S3_SECRET_ACCESS_KEY: 'a-secret' }

function resolve(files: object, environment: Record<string, string> = {}) {
  return resolveFiles(FILES_SCHEMA.parse(files), '/etc/continuo', environment)
}

describe('resolveFiles', () => {
  it('finds a folder beside the file, or none', () => {
    expect(resolve({ folder: 'files' })).toMatchObject({ folder: '/etc/continuo/files', s3: null })
    expect(resolve({})).toEqual({ ...FILES_SCHEMA.parse({}), s3: null })
  })

  it('finds the key of a bucket in the file, then in the environment', () => {
    const found = { ...S3, region: 'auto', prefix: '' }
    expect(resolve({ s3: S3 }, KEYS).s3).toEqual({
      ...found,
      ...{ accessKeyId: 'an-id', secretAccessKey: 'a-secret' },
    })
    expect(resolve({ s3: { ...S3, accessKeyId: 'a', secretAccessKey: 'b' } }, KEYS).s3).toEqual({
      ...found,
      ...{ accessKeyId: 'a', secretAccessKey: 'b' },
    })
  })

  it.each<[string, object, Record<string, string>, string]>([
    ['a folder and a bucket', { folder: 'a', s3: S3 }, KEYS, 'exclude each other'],
    ['a bucket without the id of a key', { s3: S3 }, {}, 'CONTINUO_S3_ACCESS_KEY_ID'],
    [
      'a bucket without the secret of a key',
      { s3: { ...S3, accessKeyId: 'a' } },
      { CONTINUO_S3_SECRET_ACCESS_KEY: ' ' },
      'CONTINUO_S3_SECRET_ACCESS_KEY',
    ],
    ['a key that cannot be sent', { s3: { ...S3, accessKeyId: 'ä' } }, KEYS, 'files.s3.accessKeyId'],
    [
      'an address with a password',
      { s3: { ...S3, endpoint: 'https://a:word@s3.example' } },
      KEYS,
      'endpoint',
    ],
    ['an address with a query', { s3: { ...S3, endpoint: 'https://s3.example?a=word' } }, KEYS, 'endpoint'],
  ])('refuses %s', (_, files, environment, message) => {
    const resolving = () => resolve(files, environment)
    expect(resolving).toThrow(ConfigError)
    expect(resolving).toThrow(message)
    expect(resolving).not.toThrow('word')
  })

  it.each([
    { bucket: 'A' },
    { bucket: '../a' },
    { endpoint: 'ftp://a' },
    { prefix: 'a' },
    { prefix: '../' },
    { prefix: '/' },
    { region: 'x y' },
  ])('refuses %j', (wrong) => {
    expect(FILES_SCHEMA.safeParse({ s3: { ...S3, ...wrong } }).success).toBe(false)
  })
})
