/**
 * Lines of texts as a table for a terminal.
 *
 * @param leftColumns how many columns are aligned to the left; by default all
 */
export function alignedTable(
  lines: readonly (readonly string[])[],
  leftColumns = Number.POSITIVE_INFINITY,
): string {
  const printed = lines.map((line) => line.map(printable))
  const widths = printed.reduce<number[]>(
    (longest, line) => line.map((text, column) => Math.max(text.length, longest[column] ?? 0)),
    [],
  )
  return printed
    .map((line) => {
      const texts = line.map((text, column) => {
        const width = widths[column] ?? 0
        return column < leftColumns ? text.padEnd(width) : text.padStart(width)
      })
      return `${texts.join('  ').trimEnd()}\n`
    })
    .join('')
}

/** Names come from clients: none of their characters may move the cursor of a terminal. */
function printable(text: string): string {
  return text.replace(/\p{C}/gu, '\ufffd')
}
