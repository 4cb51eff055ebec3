/** A time as reports write it: RFC 3339 in UTC, without parts of a second where there are none. */
export function reportTime(ms: number): string {
  return new Date(ms).toISOString().replace('.000Z', 'Z')
}
