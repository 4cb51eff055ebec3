import { OUTCOMES, type Outcome } from './scenario.ts'

/** A column of the table. */
type Column = Outcome | 'violated'

const COLUMNS: readonly Column[] = [...OUTCOMES, 'violated']

/** Counts how requests ended. */
export class Tally {
  /** By scenario, then by how it ended. */
  readonly counts: Readonly<Record<string, Record<Column, number>>>
  readonly #longestMs: Record<string, number> = {}

  constructor(scenarioNames: readonly string[]) {
    const none = () => Object.fromEntries(COLUMNS.map((column) => [column, 0])) as Record<Column, number>
    this.counts = Object.fromEntries(scenarioNames.map((name) => [name, none()]))
  }

  /** All requests. */
  get count(): number {
    return Object.values(this.totals).reduce((sum, count) => sum + count, 0)
  }

  /** Over all scenarios. */
  get totals(): Record<Column, number> {
    const rows = Object.values(this.counts)
    const sumOf = (column: Column) => rows.reduce((sum, row) => sum + row[column], 0)
    return Object.fromEntries(COLUMNS.map((column) => [column, sumOf(column)])) as Record<Column, number>
  }

  add(scenario: string, column: Column, tookMs: number): void {
    const row = this.counts[scenario]
    if (row === undefined) throw new Error(`no scenario is called ${scenario}`)
    row[column] += 1
    this.#longestMs[scenario] = Math.max(this.#longestMs[scenario] ?? 0, tookMs)
  }

  /** A table for people. */
  toString(): string {
    const rows = Object.entries(this.counts).map(([name, row]) => [
      name,
      ...COLUMNS.map((column) => String(row[column])),
      ((this.#longestMs[name] ?? 0) / 1000).toFixed(1),
    ])
    const total = ['all', ...COLUMNS.map((column) => String(this.totals[column])), '']
    const table = [['', ...COLUMNS, 'longest, s'], ...rows, total]
    const widths = table[0]?.map((_, index) => Math.max(...table.map((row) => row[index]?.length ?? 0))) ?? []
    const line = (row: readonly string[]) =>
      row
        .map((cell, index) => (index === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[index] ?? 0)))
        .join('  ')
    return table.map((row) => line(row).trimEnd()).join('\n')
  }
}
