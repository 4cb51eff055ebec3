import { describe, expect, it } from 'vitest'
import { largestSeries, MAX_SERIES, OTHERS, sum, toCsv } from './chart-data.ts'
import { linePath } from './lines.tsx'

describe('largestSeries', () => {
  it('sorts by size, and adds up what has no color', () => {
    const series = Array.from({ length: 11 }, (_, index) => ({ name: `s${index}`, values: [index, 1] }))
    const shown = largestSeries(series)
    expect(shown.map(({ name }) => name)).toEqual(['s10', 's9', 's8', 's7', 's6', 's5', 's4', OTHERS])
    expect(shown).toHaveLength(MAX_SERIES)
    expect(shown.at(-1)?.values).toEqual([0 + 1 + 2 + 3, 4])
    expect(sum(shown.flatMap(({ values }) => values))).toBe(sum(series.flatMap(({ values }) => values)))
  })
})

describe('toCsv', () => {
  it('quotes what must be quoted', () => {
    const data = { labels: ['a'], titles: ['Dec 1, "late"'], series: [{ name: 'a,b', values: [1.5] }] }
    expect(toCsv(data, 'Day')).toBe('Day,"a,b"\r\n"Dec 1, ""late""",1.5\r\n')
  })

  it('gives no spreadsheet a formula out of a name', () => {
    const series = ['=1+1', '+x', '@y', '-z'].map((name) => ({ name, values: [-1] }))
    expect(toCsv({ labels: ['d'], titles: ['d'], series }, 'Day')).toBe(
      "Day,'=1+1,'+x,'@y,'-z\r\nd,-1,-1,-1,-1\r\n",
    )
  })
})

it('linePath has gaps where nothing was measured', () => {
  const path = linePath(
    [1, 2, Number.NaN, 3, Number.NaN],
    (x) => x * 10,
    (y) => 100 - y,
  )
  expect(path).toBe('M0.0 99.0L10.0 98.0M30.0 97.0')
})
