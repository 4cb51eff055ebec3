import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { describeMetrics } from '../src/metrics/metrics.ts'

const FOLDER = new URL('../docs/observability/', import.meta.url)
const read = (name: string) => readFileSync(new URL(name, FOLDER), 'utf8')

const METRICS = new Map(describeMetrics().map((metric) => [metric.name, metric]))
/** The labels that Prometheus adds to every series. */
const ADDED_LABELS = ['job', 'instance']

interface Panel {
  readonly id: number
  readonly title: string
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number }
  readonly targets?: readonly { readonly expr: string }[]
}

const dashboard = JSON.parse(read('grafana-dashboard.json'))
const panels: readonly Panel[] = dashboard.panels
const variables: readonly { readonly name: string; readonly query: string | { readonly query: string } }[] =
  dashboard.templating.list
const expressions = panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr))

/** The metrics in an expression, without the suffixes of a histogram's series. */
function namesIn(expression: string): string[] {
  const names = expression.match(/\b(?:continuo|process|nodejs)_[a-z_]+\b/g) ?? []
  return names.map((name) => {
    const family = name.replace(/_(bucket|sum|count)$/, '')
    return METRICS.get(family)?.type === 'histogram' ? family : name
  })
}

/** Each selector of an expression: the metric and its labels. */
function selectorsIn(expression: string): { name: string; labels: string[] }[] {
  return [...expression.matchAll(/(\w+)\{([^}]*)\}/g)].map(([, name = '', matchers = '']) => ({
    name: namesIn(name)[0] ?? name,
    labels: [...matchers.matchAll(/(\w+)=?[=!~]/g)].map(([, label = '']) => label),
  }))
}

describe('the dashboard', () => {
  it('shows every metric, and none that does not exist', () => {
    expect([...new Set(expressions.flatMap(namesIn))].sort()).toEqual([...METRICS.keys()].sort())
  })

  it('uses labels that the metrics have', () => {
    for (const { name, labels } of expressions.flatMap(selectorsIn)) {
      const known = [...(METRICS.get(name)?.labelNames ?? []), ...ADDED_LABELS]
      expect(known, name).toEqual(expect.arrayContaining(labels))
    }
  })

  it('uses its own variables', () => {
    const text = JSON.stringify([...expressions, ...variables.map(({ query }) => query)])
    const used = [...text.matchAll(/\$(?!__)\{?(\w+)/g)].map(([, name]) => name)
    const known = variables.map(({ name }) => name)
    expect(known).toEqual(expect.arrayContaining([...new Set(used)]))
    for (const name of variables.flatMap(({ query }) =>
      typeof query === 'string' ? [] : namesIn(query.query),
    )) {
      expect(METRICS.has(name), name).toBe(true)
    }
  })

  it('has named panels that do not overlap', () => {
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length)
    const taken = new Set<string>()
    for (const { gridPos, title } of panels) {
      expect(gridPos.x + gridPos.w, title).toBeLessThanOrEqual(24)
      for (let x = gridPos.x; x < gridPos.x + gridPos.w; x++) {
        for (let y = gridPos.y; y < gridPos.y + gridPos.h; y++) {
          expect(taken.has(`${x},${y}`), title).toBe(false)
          taken.add(`${x},${y}`)
        }
      }
    }
  })
})

it('the alerts use metrics that exist', () => {
  const text = read('alerts.yml')
  const names = [...namesIn(text), ...selectorsIn(text).map(({ name }) => name)]
  expect(names.length).toBeGreaterThan(10)
  for (const name of names.filter((each) => each !== 'up')) expect(METRICS.has(name), name).toBe(true)
})

it('the page names files and metrics that exist', () => {
  const page = read('README.md')
  const linked = [...page.matchAll(/\]\(([\w.-]+)\)/g)].map(([, file]) => file)
  expect(readdirSync(FOLDER)).toEqual(expect.arrayContaining(linked))
  for (const name of namesIn(page)) expect(METRICS.has(name), name).toBe(true)
})
