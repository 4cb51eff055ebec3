import { hostnameOf } from '../../util/hostname-of.ts'
import { ApiError } from '../../wire/api-error.ts'

/** How much of a name the error repeats. */
const MAX_NAMED_HOST_CHARACTERS = 100

/** Checks every host that a request names. @throws ApiError `host-refused` */
export type HostCheck = (hosts: readonly string[]) => void

/**
 * Makes a check that refuses requests sent to a name that is not this server's. A page can make its own name resolve to
 * this machine ("DNS rebinding"): its browser then treats the server's responses as the page's own, and only `Host` shows
 * the difference. A request that names no host comes from no browser, and passes.
 *
 * @param allowedHosts names besides those of the machine itself, as {@link hostnameOf} reads them
 */
export function hostCheck(allowedHosts: readonly string[]): HostCheck {
  const allowed = new Set(allowedHosts)
  return function checkHosts(hosts) {
    for (const host of hosts) {
      const hostname = hostnameOf(host)
      if (hostname !== null && (isLoopback(hostname) || allowed.has(hostname))) continue
      const named = (hostname ?? host).slice(0, MAX_NAMED_HOST_CHARACTERS)
      throw new ApiError(
        'host-refused',
        `Host: this server is not known as "${named}". To allow the name, add it to allowedHosts or start with --allowed-host.`,
      )
    }
  }
}

/** Whether a name is this machine's own, which no browser looks up. */
export function isLoopback(hostname: string): boolean {
  return /^(?:(?:.+\.)?localhost|127(?:\.\d{1,3}){3}|\[::1\])$/.test(hostname)
}
