/**
 * A text that both databases take: PostgreSQL has no character 0, and neither has half a surrogate pair. Texts that come
 * from callers go through this before they are stored.
 */
export function storableText(text: string): string {
  return Buffer.from(text).toString().replaceAll('\0', '\ufffd')
}
