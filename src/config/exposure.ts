import type { Config } from './config.ts'
import { ConfigError } from './config-error.ts'

/**
 * Refuses to offer a machine's models to a network without a key.
 *
 * @throws ConfigError
 */
export function checkExposure({ host, apiKeys }: Pick<Config, 'host' | 'apiKeys'>): void {
  if (apiKeys.length > 0 || isLoopback(host)) return
  throw new ConfigError(
    `Listening on ${host} lets other machines reach this server, which requires a key: add --api-key (or CONTINUO_API_KEYS), or listen on 127.0.0.1.`,
  )
}

/** Whether only this machine reaches the address. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || host === '[::1]' || /^127(\.\d{1,3}){3}$/.test(host)
}
