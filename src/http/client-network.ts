/** The groups of an IPv6 address that name a network: a host usually has all addresses of one. */
const NETWORK_GROUPS = 4
const ALL_GROUPS = 8

/** The part of a remote address that one client cannot change at will: an IPv4 address, or the /64 of an IPv6 one. */
export function clientNetwork(address: string | undefined): string {
  if (address === undefined) return ''
  if (address.includes('.')) return address.slice(address.lastIndexOf(':') + 1)
  const [head = '', tail] = address.split('::')
  const [first, last] = [head, tail ?? ''].map((groups) => groups.split(':').filter((group) => group !== ''))
  const omitted = tail === undefined ? 0 : ALL_GROUPS - (first?.length ?? 0) - (last?.length ?? 0)
  const groups = [...(first ?? []), ...Array<string>(Math.max(0, omitted)).fill('0'), ...(last ?? [])]
  return groups.slice(0, NETWORK_GROUPS).join(':')
}
