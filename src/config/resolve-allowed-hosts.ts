import { isIPv6 } from 'node:net'
import { hostnameOf } from '../util/hostname-of.ts'
import { ConfigError } from './config-error.ts'

/**
 * The names by which a server may be called, as they are compared.
 *
 * @throws ConfigError for one that is no name, or has a port
 */
export function resolveAllowedHosts(names: readonly string[]): string[] {
  return names.map((name) => {
    const host = isIPv6(name) ? `[${name}]` : name
    const hostname = hostnameOf(host)
    if (hostname !== null && /^(?:[\w.-]+|\[.+\])$/.test(hostname) && !/:\d*$/.test(host)) return hostname
    throw new ConfigError(
      `allowedHosts names "${name}", which is no host: write a name or an address, without a scheme or port.`,
    )
  })
}
