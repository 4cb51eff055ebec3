/** How the lines of an event end. Every decoder of events takes both. */
export type LineEnd = '\r\n' | '\n'

/**
 * One server-sent event, with the blank line that ends it: several SDKs lose an event without it.
 *
 * @param name the `event:` line; null leaves it out
 * @param data one line of text
 */
export function serverSentEvent(name: string | null, data: string, lineEnd: LineEnd): string {
  const nameLine = name === null ? '' : `event: ${name}${lineEnd}`
  return `${nameLine}data: ${data}${lineEnd}${lineEnd}`
}

/**
 * JSON in ASCII alone. Older SDKs split lines at U+2028, U+2029 and U+0085, which JSON may hold as they are.
 */
export function asciiJson(value: unknown): string {
  return JSON.stringify(value).replace(/[\u007f-\uffff]/g, escapeCodeUnit)
}

function escapeCodeUnit(codeUnit: string): string {
  return `\\u${codeUnit.charCodeAt(0).toString(16).padStart(4, '0')}`
}
