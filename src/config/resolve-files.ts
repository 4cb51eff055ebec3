import { resolve } from 'node:path'
import type { FilesSection, FilesSettings } from '../files/settings.ts'
import { checkApiKey } from './check-api-key.ts'
import { ConfigError } from './config-error.ts'
import type { Environment } from './resolve-upstream.ts'

const ID_VARIABLE = 'CONTINUO_S3_ACCESS_KEY_ID'
const SECRET_VARIABLE = 'CONTINUO_S3_SECRET_ACCESS_KEY'

/**
 * Completes how files are kept: where a folder is, and with which key a bucket is used.
 *
 * @throws ConfigError for a folder and a bucket, or a bucket without a key
 */
export function resolveFiles(
  { s3, ...files }: FilesSection,
  folder: string,
  environment: Environment,
): FilesSettings {
  if (s3 === undefined) {
    if (files.folder === undefined) return { ...files, s3: null }
    return { ...files, folder: resolve(folder, files.folder), s3: null }
  }
  if (files.folder !== undefined) {
    throw new ConfigError('files.folder and files.s3 exclude each other: files are kept in one place.')
  }
  const { username, password, search, hash } = new URL(s3.endpoint)
  if (username !== '' || password !== '' || search !== '' || hash !== '') {
    // Not shown: what is wrong with it may be that it holds a password.
    throw new ConfigError(
      'files.s3.endpoint holds an address with a user, a query or a fragment: put the key into accessKeyId and secretAccessKey.',
    )
  }
  const find = (given: string | undefined, setting: string, variable: string): string => {
    if (given !== undefined) return checkApiKey(given, `files.s3.${setting}`)
    const found = environment[variable]?.trim()
    if (found) return checkApiKey(found, `The environment variable ${variable}`)
    throw new ConfigError(
      `files.s3 has no key: set the environment variable ${variable}, or files.s3.${setting}.`,
    )
  }
  const accessKeyId = find(s3.accessKeyId, 'accessKeyId', ID_VARIABLE)
  const secretAccessKey = find(s3.secretAccessKey, 'secretAccessKey', SECRET_VARIABLE)
  return { ...files, s3: { ...s3, accessKeyId, secretAccessKey } }
}
