import type { ComponentChildren } from 'preact'
import { Button } from '../parts/button.tsx'
import { type ChartData, sum, toCsv } from './chart-data.ts'

interface ChartCardProps {
  readonly title: string
  readonly data: ChartData
  /** Values as the table has them, exact. */
  readonly format: (value: number) => string
  /** What the labels are, such as "Day". */
  readonly firstColumn: string
  /** The name of the file, without its ending. */
  readonly fileName?: string
  readonly children: ComponentChildren
  readonly onOpen?: (index: number) => void
  /** What a row opens, such as "its hours". */
  readonly opens?: string
}

/** A chart with its legend, and the table of what it shows. */
export function ChartCard(props: ChartCardProps) {
  const { title, data, fileName, firstColumn, children } = props
  const { series } = data
  return (
    <figure class="card chart-card">
      <figcaption class="row spread">
        <h2>{title}</h2>
        {fileName !== undefined && (
          <Button
            kind="plain"
            isSmall
            icon="download"
            onClick={() => download(`${fileName}.csv`, toCsv(data, firstColumn))}
          >
            CSV
          </Button>
        )}
      </figcaption>
      {children}
      {series.length > 1 && (
        <ul class="legend">
          {series.map(({ name }, place) => (
            <li key={name}>
              <i class={`swatch series-${place + 1}`} />
              {name}
            </li>
          ))}
        </ul>
      )}
      <details>
        <summary class="small">Table</summary>
        <ChartTable {...props} />
      </details>
    </figure>
  )
}

function ChartTable({ title, data, format, firstColumn, onOpen, opens }: ChartCardProps) {
  const { titles, series } = data
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls
    <section class="table-box" aria-label={`${title}, as a table`} tabIndex={0}>
      <table>
        <thead>
          <tr>
            <th scope="col">{firstColumn}</th>
            {series.map(({ name }) => (
              <th key={name} scope="col" class="end">
                {name}
              </th>
            ))}
            {series.length > 1 && (
              <th scope="col" class="end">
                Total
              </th>
            )}
          </tr>
        </thead>
        <tbody>
          {titles.map(
            (each, index) =>
              hasValues(series, index) && (
                <tr key={each}>
                  <th scope="row">
                    {onOpen === undefined ? (
                      each
                    ) : (
                      <button
                        type="button"
                        class="link"
                        aria-label={`${each}: show ${opens}`}
                        onClick={() => onOpen(index)}
                      >
                        {each}
                      </button>
                    )}
                  </th>
                  {series.map(({ name, values }) => (
                    <td key={name} class="end">
                      {format(values[index] ?? 0)}
                    </td>
                  ))}
                  {series.length > 1 && (
                    <td class="end">{format(sum(series.map(({ values }) => values[index] ?? 0)))}</td>
                  )}
                </tr>
              ),
          )}
        </tbody>
      </table>
    </section>
  )
}

/** Of a time before the first reading there is nothing to list. */
function hasValues(series: ChartData['series'], index: number): boolean {
  return series.length === 0 || series.some(({ values }) => !Number.isNaN(values[index] ?? 0))
}

/** Gives the browser a file to save. */
export function download(fileName: string, text: string): void {
  const address = URL.createObjectURL(new Blob([text], { type: 'text/csv;charset=utf-8' }))
  const link = document.createElement('a')
  link.href = address
  link.download = fileName
  link.click()
  URL.revokeObjectURL(address)
}
