import { OURS, type Samples } from './contender.ts'
import { type Spread, spreadOf } from './spread.ts'

/** A goal for a figure. */
export interface Goal {
  /** The contender that the figure is compared with; null for an absolute goal. */
  readonly against: string | null
  /** The ratio to that contender's figure, or the absolute goal. */
  readonly value: number
}

/** One line of a table: one figure of all contenders. */
export interface Row {
  readonly title: string
  readonly unit: string
  readonly better: 'higher' | 'lower'
  readonly samples: Samples
  /** Requests that failed while this was measured; none where it is absent. */
  readonly failures?: Samples | undefined
  readonly goals: readonly Goal[]
}

/** A table: rows with the same contenders. */
export interface Table {
  /** The section's name on the command line. */
  readonly section: string
  readonly title: string
  readonly rows: readonly Row[]
  /** Lines below the table: what a reader should know of this run. */
  readonly notes?: readonly string[]
}

/** The result for a goal. */
interface Reached {
  readonly against: string | null
  readonly goal: number
  readonly value: number
  readonly isReached: boolean
}

/** A table in Markdown: the median of each figure with its lowest and highest value, and the goals with their results. */
export function printTable({ title, rows, notes = [] }: Table): string {
  const names = contendersOf(rows)
  const head = ['', ...names, 'to reach']
  const lines = rows.map((row) => [
    `${row.title}, ${row.unit}`,
    ...names.map((name) => cell(row.samples.get(name), failedOf(row, name))),
    row.goals.map((goal) => goalText(row, goal)).join('; '),
  ])
  const below = notes.length === 0 ? [] : ['', ...notes.map((note) => `- ${note}`)]
  return [`### ${title}`, '', ...markdownTable([head, ...lines]), ...below].join('\n')
}

/** The same for programs. */
export function tableAsJson({ section, rows, notes = [] }: Table): object {
  return {
    section,
    notes,
    rows: rows.map((row) => ({
      title: row.title,
      unit: row.unit,
      better: row.better,
      figures: Object.fromEntries(
        [...row.samples].flatMap(([name, values]) => (values.length === 0 ? [] : [[name, spreadOf(values)]])),
      ),
      failed: Object.fromEntries([...row.samples.keys()].map((name) => [name, failedOf(row, name)])),
      goals: row.goals.flatMap((goal) => reached(row, goal) ?? []),
    })),
  }
}

function contendersOf(rows: readonly Row[]): string[] {
  const names = new Set(rows.flatMap((row) => [...row.samples.keys()]))
  names.delete(OURS)
  return [OURS, ...names]
}

function failedOf({ failures }: Row, name: string): number {
  return (failures?.get(name) ?? []).reduce((sum, count) => sum + count, 0)
}

function cell(values: readonly number[] | undefined, failed: number): string {
  if (values === undefined || values.length === 0) return '–'
  const { median, lowest, highest } = spreadOf(values)
  const spread = values.length === 1 ? '' : ` (${figure(lowest)} to ${figure(highest)})`
  return `${figure(median)}${spread}${failed === 0 ? '' : `, **${failed.toLocaleString('en-US')} failed**`}`
}

function goalText(row: Row, goal: Goal): string {
  const found = reached(row, goal)
  const sign = row.better === 'higher' ? '≥' : '≤'
  if (goal.against === null) {
    return found === null
      ? `${sign} ${figure(goal.value)}`
      : `${sign} ${figure(goal.value)}: ${verdict(found)}`
  }
  const wish = `${sign} ${figure(goal.value)} × ${goal.against}`
  return found === null ? `${wish}: not run` : `${wish}: ${figure(found.value)}, ${verdict(found)}`
}

function verdict({ isReached }: Reached): string {
  return isReached ? 'yes' : '**no**'
}

/** Null where one of the two was not measured. */
function reached(row: Row, { against, value: goal }: Goal): Reached | null {
  const ours = medianOf(row.samples.get(OURS))
  const theirs = against === null ? 1 : medianOf(row.samples.get(against))
  if (ours === null || theirs === null) return null
  const value = ours / theirs
  return { against, goal, value, isReached: row.better === 'higher' ? value >= goal : value <= goal }
}

function medianOf(values: readonly number[] | undefined): number | null {
  return values === undefined || values.length === 0 ? null : spreadOf(values).median
}

/** Three significant digits; measurements have no more. */
function figure(value: Spread['median']): string {
  if (Math.abs(value) >= 1_000) return Math.round(value).toLocaleString('en-US')
  return String(Number(value.toPrecision(3)))
}

/** Pads columns to equal width, as the formatter does. */
function markdownTable(lines: readonly (readonly string[])[]): string[] {
  const [head = []] = lines
  const widths = head.map((_, column) => Math.max(3, ...lines.map((line) => line[column]?.length ?? 0)))
  const pad = (line: readonly string[]) =>
    `| ${widths.map((width, column) => (line[column] ?? '').padEnd(width)).join(' | ')} |`
  const rule = `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`
  const [first, ...others] = lines.map(pad)
  return [first ?? '', rule, ...others]
}
