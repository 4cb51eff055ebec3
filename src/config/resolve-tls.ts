import { resolve } from 'node:path'
import type { TlsConfig } from './config.ts'
import { ConfigError } from './config-error.ts'
import type { ConfigOverrides } from './config-overrides.ts'
import type { ConfigFile } from './config-schema.ts'

/**
 * The files for HTTPS; null for HTTP. Paths in the configuration file are relative to it.
 *
 * @throws ConfigError when there is only one of them
 */
export function resolveTls(
  file: Pick<ConfigFile, 'tlsCert' | 'tlsKey'>,
  folder: string,
  overrides: Pick<ConfigOverrides, 'tlsCert' | 'tlsKey'>,
): TlsConfig | null {
  const pathOf = (given: string | undefined, inFile: string | undefined) => {
    if (given !== undefined) return resolve(given)
    return inFile === undefined ? undefined : resolve(folder, inFile)
  }
  const certPath = pathOf(overrides.tlsCert, file.tlsCert)
  const keyPath = pathOf(overrides.tlsKey, file.tlsKey)
  if (certPath === undefined && keyPath === undefined) return null
  if (certPath !== undefined && keyPath !== undefined) return { certPath, keyPath }
  const missing = certPath === undefined ? 'tlsCert (--tls-cert)' : 'tlsKey (--tls-key)'
  throw new ConfigError(`HTTPS needs a certificate and its key: ${missing} is missing.`)
}
