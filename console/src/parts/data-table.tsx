import type { ComponentChildren } from 'preact'
import type { LoadedList } from '../api/use-list.ts'
import { Button } from './button.tsx'
import { ErrorState } from './error-state.tsx'
import { Skeleton } from './skeleton.tsx'

export interface Column<T> {
  readonly title: string
  readonly cell: (row: T) => ComponentChildren
  /** Numbers stand at the end. */
  readonly align?: 'end'
  /** Left out on narrow screens. */
  readonly isDetail?: boolean
}

interface DataTableProps<T> {
  /** What the table lists, for those who do not see the page. */
  readonly label: string
  readonly columns: readonly Column<T>[]
  readonly list: LoadedList<T>
  readonly keyOf: (row: T) => string
  /** Shown when the list has nothing. */
  readonly empty: ComponentChildren
  /** Buttons at the end of a row. */
  readonly actions?: (row: T) => ComponentChildren
  /** A click on a row; put a link or a button into the first column too, for the keyboard. */
  readonly onOpen?: (row: T) => void
}

/** A list that is paged by a cursor: with its states of loading, error and nothing. */
export function DataTable<T>(props: DataTableProps<T>) {
  const { list, empty } = props
  const { rows, error, isLoading, hasMore } = list
  if (rows === null) {
    if (error !== null) return <ErrorState error={error} onRetry={list.reload} />
    return (
      <div class="card">
        <Skeleton lines={6} />
      </div>
    )
  }
  if (rows.length === 0 && !hasMore) return <div class="table-box">{empty}</div>
  return (
    <div class="stack">
      {error && <ErrorState error={error} onRetry={list.reload} />}
      <PlainTable {...props} rows={rows}>
        {hasMore && (
          <div class="table-foot">
            <Button isSmall isBusy={isLoading} onClick={list.loadMore}>
              {isLoading ? 'Loading…' : 'Show more'}
            </Button>
          </div>
        )}
      </PlainTable>
    </div>
  )
}

interface PlainTableProps<T> extends Omit<DataTableProps<T>, 'list' | 'empty'> {
  readonly rows: readonly T[]
  readonly children?: ComponentChildren
}

/** A table of rows that are there. */
export function PlainTable<T>({
  label,
  columns,
  rows,
  keyOf,
  actions,
  onOpen,
  children,
}: PlainTableProps<T>) {
  return (
    // A keyboard must reach what is beyond the edge of a narrow screen.
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls
    <section class="table-box" aria-label={label} tabIndex={0}>
      <table>
        <thead>
          <tr>
            {columns.map(({ title, align, isDetail }) => (
              <th key={title} scope="col" class={classOf(align, isDetail)}>
                {title}
              </th>
            ))}
            {actions && (
              <th scope="col">
                <span class="visually-hidden">Actions</span>
              </th>
            )}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr
              key={keyOf(row)}
              class={onOpen && 'opens'}
              onClick={onOpen && ((event) => isOnRow(event) && onOpen(row))}
            >
              {columns.map(({ title, cell, align, isDetail }) => (
                <td key={title} class={classOf(align, isDetail)}>
                  {cell(row)}
                </td>
              ))}
              {actions && <td class="actions">{actions(row)}</td>}
            </tr>
          ))}
        </tbody>
      </table>
      {children}
    </section>
  )
}

function classOf(align: 'end' | undefined, isDetail: boolean | undefined): string | undefined {
  return [align, isDetail && 'detail'].filter(Boolean).join(' ') || undefined
}

/** Not on a button or a link in it, and not to select text. */
function isOnRow(event: MouseEvent): boolean {
  const isControl =
    event.target instanceof Element && event.target.closest('a, button, input, select, summary') !== null
  return !isControl && getSelection()?.isCollapsed !== false
}
