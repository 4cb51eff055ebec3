import { storableText } from '../state/storable-text.ts'
import { REQUESTS } from '../state/tables/requests-table.ts'
import { USAGE_COLUMNS, type UsageRow } from './usage-row.ts'

/** Longer texts are cut: names that callers send, such as a model's, must fit the keys of indexes. */
export const MAX_TEXT_LENGTH = 256

/**
 * A row as a line of the journal: a JSON list in the order of `USAGE_COLUMNS`. Whatever a caller sent, the line is one
 * that both databases take, for a row that was acknowledged must never be refused later.
 */
export function journalLine(row: UsageRow): string {
  const line = JSON.stringify(USAGE_COLUMNS.map((column) => storableValue(row[column], column)))
  // JSON writes what PostgreSQL does not take, the character 0 and halves of surrogate pairs, with escapes.
  return line.includes('\\u0000') || line.includes('\\ud') ? `${rewriteTexts(line)}\n` : `${line}\n`
}

function storableValue(
  value: string | number | null,
  column: (typeof USAGE_COLUMNS)[number],
): string | number | null {
  if (value === null) return null
  if (typeof value === 'string')
    return value.length > MAX_TEXT_LENGTH ? value.slice(0, MAX_TEXT_LENGTH) : value
  if (Number.isSafeInteger(value)) return value
  const rounded = Math.round(value)
  return Number.isSafeInteger(rounded) && REQUESTS.columns[column] === 'integer' ? rounded : 0
}

function rewriteTexts(line: string): string {
  const values = JSON.parse(line) as (string | number | null)[]
  return JSON.stringify(values.map((value) => (typeof value === 'string' ? storableText(value) : value)))
}
