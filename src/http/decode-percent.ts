/**
 * Decodes percent signs, except those that are not UTF-8.
 *
 * @param decode `decodeURI` or `decodeURIComponent`
 */
export function decodePercent(text: string, decode: (text: string) => string): string {
  if (!text.includes('%')) return text
  return text.replace(/(?:%[0-9a-f]{2})+/gi, (bytes) => {
    try {
      return decode(bytes)
    } catch {
      return bytes
    }
  })
}
