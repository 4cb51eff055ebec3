import { describe, expect, it } from 'vitest'
import { reportChart } from './report-chart.ts'
import { bucketStarts, openedBy, readRange } from './report-range.ts'

const NOW = Date.parse('2026-12-01T09:30:20Z')

describe('readRange', () => {
  it.each([
    ['7d', '', '2026-11-25T00:00:00.000Z', '2026-12-02T00:00:00.000Z', '1d', 7],
    ['', '', '2026-11-25T00:00:00.000Z', '2026-12-02T00:00:00.000Z', '1d', 7],
    ['30d', '', '2026-11-02T00:00:00.000Z', '2026-12-02T00:00:00.000Z', '1d', 30],
    ['24h', '', '2026-11-30T10:00:00.000Z', '2026-12-01T10:00:00.000Z', '1h', 24],
    ['1h', '', '2026-12-01T08:31:00.000Z', '2026-12-01T09:31:00.000Z', '1m', 60],
    ['7d', '2026-11-30', '2026-11-30T00:00:00.000Z', '2026-12-01T00:00:00.000Z', '1h', 24],
    ['7d', '2026-11-30T23', '2026-11-30T23:00:00.000Z', '2026-12-01T00:00:00.000Z', '1m', 60],
    ['x', '2026-13-45', '2026-11-25T00:00:00.000Z', '2026-12-02T00:00:00.000Z', '1d', 7],
  ])('range %s at %s is from %s to %s', (name, at, from, to, width, count) => {
    const range = readRange(name, at, NOW)
    expect([range.from.toISOString(), range.to.toISOString(), range.bucketWidth]).toEqual([from, to, width])
    expect(bucketStarts(range)).toHaveLength(count)
  })

  it('opens what a bucket names', () => {
    expect(openedBy('2026-11-30T00:00:00Z', '1d')).toBe('2026-11-30')
    expect(openedBy('2026-11-30T23:00:00Z', '1h')).toBe('2026-11-30T23')
    expect(openedBy('2026-11-30T23:10:00Z', '1m')).toBeNull()
  })
})

describe('reportChart', () => {
  it('has a place for each bucket, and a series for each group', () => {
    const range = readRange('7d', '', NOW)
    const buckets = [
      {
        startingAt: '2026-11-26T00:00:00Z',
        endingAt: '',
        results: [
          { by: 'a', n: 1 },
          { by: 'b', n: 5 },
          { by: 'a', n: 2 },
        ],
      },
      { startingAt: '2026-12-01T00:00:00Z', endingAt: '', results: [{ by: 'a', n: 4 }] },
      { startingAt: '2020-01-01T00:00:00Z', endingAt: '', results: [{ by: 'a', n: 1000 }] },
    ]
    const chart = reportChart(
      buckets,
      range,
      ({ by }) => by,
      ({ n }) => n,
    )
    expect(chart.titles[1]).toBe('2026-11-26')
    expect(chart.labels[6]).toBe('Dec 1')
    expect(chart.series).toEqual([
      { name: 'a', values: [0, 3, 0, 0, 0, 0, 4] },
      { name: 'b', values: [0, 5, 0, 0, 0, 0, 0] },
    ])
  })
})
