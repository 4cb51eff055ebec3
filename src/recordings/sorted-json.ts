/**
 * JSON that is the same for the same value: keys are sorted. Lists of numbers stand on one line, so that a file can be read.
 *
 * @param indent of each level; empty for JSON on one line
 */
export function sortedJson(value: unknown, indent = ''): string {
  return write(value, indent, '')
}

function write(value: unknown, indent: string, margin: string): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  if (Array.isArray(value)) {
    if (value.every(isOfNumbers)) return JSON.stringify(value)
    return enclosed(
      '[',
      value.map((item) => write(item, indent, margin + indent)),
      ']',
      indent,
      margin,
    )
  }
  const colon = indent === '' ? ':' : ': '
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, member]) => `${JSON.stringify(name)}${colon}${write(member, indent, margin + indent)}`)
  return enclosed('{', members, '}', indent, margin)
}

function isOfNumbers(value: unknown): boolean {
  return (
    typeof value === 'number' || (Array.isArray(value) && value.every((item) => typeof item === 'number'))
  )
}

function enclosed(
  open: string,
  parts: readonly string[],
  close: string,
  indent: string,
  margin: string,
): string {
  if (parts.length === 0) return open + close
  if (indent === '') return open + parts.join(',') + close
  const line = `\n${margin}${indent}`
  return `${open}${line}${parts.join(`,${line}`)}\n${margin}${close}`
}
