import { describe, expect, it } from 'vitest'
import { enginesOf, figuresBetween } from './live-figures.ts'
import { histogramOf, parseMetrics, quantileOf, since, sumOf } from './parse-metrics.ts'

const TEXT = `# HELP continuo_http_requests_total Requests
continuo_http_requests_total{route="/v1/messages",status="200"} 10
continuo_http_requests_total{route="/v1/messages",status="529"} 2
continuo_http_requests_total{route="/continuo/console",status="200"} 70
odd{a="q\\"x\\n,}"} 1.5e3
continuo_time_to_first_token_seconds_bucket{le="0.1",engine="a"} 6
continuo_time_to_first_token_seconds_bucket{le="0.5",engine="a"} 10
continuo_time_to_first_token_seconds_bucket{le="+Inf",engine="a"} 10
continuo_time_to_first_token_seconds_bucket{le="0.1",engine="b"} 0
continuo_engine_ready{engine="a"} 1
continuo_engine_ready{engine="b"} 0
continuo_sequences{engine="a"} 8
continuo_sequences_busy{engine="a"} 3
continuo_upstream_healthy{engine="b",upstream="http://u"} 0
continuo_upstream_requests_in_flight{engine="b",upstream="http://u"} 4
`

const reading = (text: string, atMs: number) => {
  const samples = parseMetrics(text)
  return { atMs, samples, firstToken: histogramOf(samples, 'continuo_time_to_first_token_seconds') }
}

describe('parseMetrics', () => {
  it('reads names, labels and values', () => {
    const samples = parseMetrics(TEXT)
    expect(samples.find(({ name }) => name === 'odd')).toEqual({
      name: 'odd',
      labels: { a: 'q"x\n,}' },
      value: 1500,
    })
    expect(sumOf(samples, 'continuo_http_requests_total')).toBe(82)
    expect(sumOf(samples, 'none')).toBe(0)
  })
})

describe('quantileOf', () => {
  it('is between the bounds of its bucket', () => {
    const histogram = new Map([
      [0.1, 6],
      [0.5, 10],
      [Infinity, 10],
    ])
    expect(quantileOf(histogram, 0.5)).toBeCloseTo(0.1 * (5 / 6))
    expect(quantileOf(histogram, 0.8)).toBeCloseTo(0.3)
    expect(
      quantileOf(
        new Map([
          [0.1, 0],
          [Infinity, 4],
        ]),
        0.5,
      ),
    ).toBe(0.1)
    expect(quantileOf(since(histogram, histogram), 0.5)).toBeNaN()
    expect(quantileOf(new Map(), 0.5)).toBeNaN()
  })
})

describe('figuresBetween', () => {
  it('has rates of what the API served, not of the console', () => {
    const before = reading(TEXT, 0)
    const later = TEXT.replace('status="200"} 10', 'status="200"} 30').replace('} 70', '} 90')
    expect(figuresBetween(before, reading(later, 4000))).toMatchObject({ requests: 5, errors: 0, busy: 3 })
  })

  it('is not negative after a restart', () => {
    expect(figuresBetween(reading(TEXT, 0), reading('', 1000))).toMatchObject({ requests: 0, errors: 0 })
  })
})

it('enginesOf knows each engine and its upstream servers', () => {
  expect(enginesOf(parseMetrics(TEXT))).toEqual([
    { name: 'a', isReady: true, sequences: 8, busy: 3, queued: 0, memoryBytes: null, upstreams: [] },
    {
      ...{ name: 'b', isReady: false, sequences: null, busy: 0, queued: 0, memoryBytes: null },
      upstreams: [{ name: 'http://u', isHealthy: false, inFlight: 4 }],
    },
  ])
})
