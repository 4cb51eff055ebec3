/**
 * The name or address in a `Host`, read as browsers read it: in lower case, addresses in their usual form, without the
 * port and the dot that may end a name. Null where it is no host.
 */
export function hostnameOf(host: string): string | null {
  let url: URL
  try {
    url = new URL(`http://${host}`)
  } catch {
    return null
  }
  const { username, password, pathname, search, hash, hostname } = url
  // What a URL has besides is no host.
  if (username || password || pathname !== '/' || search || hash) return null
  return hostname.replace(/\.$/, '')
}
