import type { Config } from './config.ts'
import { ConfigError } from './config-error.ts'

/**
 * Refuses to offer a machine's models to a network without a key, and to start a server that accepts no request.
 *
 * @throws ConfigError
 */
export function checkExposure({
  host,
  access,
  apiKeys,
  state,
}: Pick<Config, 'host' | 'access' | 'apiKeys' | 'state'>): void {
  if (access === 'open' && !isLoopback(host)) {
    if (apiKeys.length > 0) {
      throw new ConfigError(
        `access is "open", which lets every machine that reaches ${host} use this server: remove it, so that a key is required, or listen on 127.0.0.1.`,
      )
    }
    throw new ConfigError(
      `Listening on ${host} lets other machines reach this server, which requires a key: add --api-key (or CONTINUO_API_KEYS), use --access keys with keys of "continuo key create", or listen on 127.0.0.1.`,
    )
  }
  if (access === 'keys' && apiKeys.length === 0 && state.place === 'none') {
    throw new ConfigError(
      'access is "keys", but there is no key: add --api-key (or CONTINUO_API_KEYS), or a --state for keys of "continuo key create".',
    )
  }
}

/** Whether only this machine reaches the address. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || host === '[::1]' || /^127(\.\d{1,3}){3}$/.test(host)
}
