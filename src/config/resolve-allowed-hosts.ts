import { isIPv6 } from 'node:net'
import { hostnameOf } from '../util/hostname-of.ts'
import { ConfigError } from './config-error.ts'

/**
 * Normalizes host names to the form in which they are compared with the header Host.
 *
 * @throws ConfigError for one that is not a host name or has a port
 */
export function resolveAllowedHosts(names: readonly string[]): string[] {
  return names.map((name) => {
    const host = isIPv6(name) ? `[${name}]` : name
    const hostname = hostnameOf(host)
    if (hostname !== null && /^(?:[\w.-]+|\[.+\])$/.test(hostname) && !/:\d*$/.test(host)) return hostname
    throw new ConfigError(
      `allowedHosts contains "${name}", which is not a host: write a name or an address, without a scheme or port.`,
    )
  })
}
