import {
  type EngineState,
  INTERVAL_MS,
  type Live,
  type LiveFigures,
  MAX_FIGURES,
  useLive,
} from '../api/live-figures.ts'
import { sumOf } from '../api/parse-metrics.ts'
import type { LoggedRequest } from '../api/requests.ts'
import { may, session } from '../api/session.ts'
import { useList } from '../api/use-list.ts'
import { ChartCard } from '../chart/chart-card.tsx'
import type { ChartData, Series } from '../chart/chart-data.ts'
import { Lines } from '../chart/lines.tsx'
import { Badge } from '../parts/badge.tsx'
import { DataTable, PlainTable } from '../parts/data-table.tsx'
import { EmptyState } from '../parts/empty-state.tsx'
import { ErrorState } from '../parts/error-state.tsx'
import { formatBytes, formatCompact, formatCount, formatDuration } from '../parts/format.ts'
import { PageHeader } from '../parts/page-header.tsx'
import { Tiles } from '../parts/tiles.tsx'
import { Time } from '../parts/time.tsx'
import { hrefOf } from '../router.ts'

const CLOCK = new Intl.DateTimeFormat('en', {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  hour12: false,
})

/** How the server does at this moment. */
export function DashboardPage() {
  const live = useLive()
  const isLive = live.error === null
  const keepsLog = session.value?.features.includes('state') === true && may('read:logs')
  return (
    <>
      <PageHeader
        title="Dashboard"
        actions={isLive ? <Badge tone="good">live</Badge> : <Badge tone="bad">not live</Badge>}
      >
        What this server does now, read from its metrics every two seconds while this page is open.
      </PageHeader>
      <div class="stack">
        {live.error !== null && <ErrorState error={live.error} />}
        <NowTiles live={live} />
        {live.samples.length > 0 && sumOf(live.samples, 'continuo_prompt_tokens_total') === 0 && (
          <NothingYet />
        )}
        <LiveCharts figures={live.figures} />
        <h2>Engines</h2>
        <Engines engines={live.engines} />
        {keepsLog && (
          <>
            <h2>Last errors</h2>
            <LastErrors />
          </>
        )}
      </div>
    </>
  )
}

function NothingYet() {
  return (
    <p class="muted">
      No model was asked since the server started. <a href={hrefOf('/workbench')}>Try a prompt</a>, and watch
      it here.
    </p>
  )
}

function NowTiles({ live: { figures, engines, samples } }: { readonly live: Live }) {
  const last = figures.at(-1)
  const sequences = engines.reduce((total, engine) => total + (engine.sequences ?? 0), 0)
  const reused = sumOf(samples, 'continuo_reused_prompt_tokens_total')
  const refused = sumOf(samples, 'continuo_limit_refusals_total')
  return (
    <Tiles
      tiles={[
        { title: 'Requests', value: last === undefined ? '–' : formatRate(last.requests), note: 'a second' },
        {
          title: 'Output',
          value: last === undefined ? '–' : formatCompact(last.outputTokens),
          note: 'tokens/s',
        },
        {
          title: 'Sequences',
          value: last?.busy ?? 0,
          note: sequences > 0 ? `of ${sequences} in use` : 'in use',
        },
        { title: 'Queue', value: last?.queued ?? 0, note: 'requests wait' },
        { title: 'From the KV cache', value: formatCompact(reused), note: 'prompt tokens' },
        { title: 'Refused by limits', value: formatCount(refused), note: 'since the start' },
      ]}
    />
  )
}

function LiveCharts({ figures }: { readonly figures: readonly LiveFigures[] }) {
  const requests = chartOf(figures, [
    ['served', ({ requests: all, errors }) => all - errors],
    ['failed', ({ errors }) => errors],
  ])
  const tokens = chartOf(figures, [
    ['output', ({ outputTokens }) => outputTokens],
    ['prompt', ({ promptTokens }) => promptTokens],
  ])
  const latency = chartOf(figures, [
    ['half are faster than', ({ firstTokenP50 }) => firstTokenP50 * 1000],
    ['95% are faster than', ({ firstTokenP95 }) => firstTokenP95 * 1000],
  ])
  const load = chartOf(figures, [
    ['sequences in use', ({ busy }) => busy],
    ['requests that wait', ({ queued }) => queued],
  ])
  return (
    <div class="chart-grid">
      <LiveChart title="Requests a second" data={requests} format={formatRate} />
      <LiveChart title="Tokens a second" data={tokens} format={formatCompact} />
      <LiveChart title="Time to first token" data={latency} format={formatMs} />
      <LiveChart title="Sequences and queue" data={load} format={formatCompact} isCount />
    </div>
  )
}

interface LiveChartProps {
  readonly title: string
  readonly data: ChartData
  readonly format: (value: number) => string
  readonly isCount?: boolean
}

function LiveChart({ title, data, format, isCount }: LiveChartProps) {
  return (
    <ChartCard title={title} data={data} firstColumn="Time" format={format}>
      <Lines
        label={`${title}, over the last minutes`}
        data={data}
        format={format}
        height={130}
        isCount={isCount}
      />
    </ChartCard>
  )
}

function chartOf(
  figures: readonly LiveFigures[],
  series: readonly (readonly [name: string, read: (figures: LiveFigures) => number])[],
): ChartData {
  // The chart fills from its end, so that a second is as wide at the start as later.
  const missing = Math.max(0, MAX_FIGURES - figures.length)
  const endMs = figures.at(-1)?.atMs ?? Date.now()
  const times = Array.from({ length: missing + figures.length }, (_, index) => {
    const atMs =
      figures[index - missing]?.atMs ?? endMs - (missing + figures.length - 1 - index) * INTERVAL_MS
    return CLOCK.format(atMs)
  })
  const gap = new Array<number>(missing).fill(Number.NaN)
  const rows: readonly Series[] = series.map(([name, read]) => ({
    name,
    values: [...gap, ...figures.map(read)],
  }))
  return { labels: times, titles: times, series: rows }
}

function Engines({ engines }: { readonly engines: readonly EngineState[] }) {
  if (engines.length === 0) return <EmptyState title="No engine reports yet" />
  return (
    <PlainTable
      label="Engines"
      rows={engines}
      keyOf={({ name }) => name}
      columns={[
        { title: 'Engine', cell: ({ name }) => <code>{name}</code> },
        {
          title: 'State',
          cell: ({ isReady }) => (
            <Badge tone={isReady ? 'good' : 'bad'}>{isReady ? 'ready' : 'not ready'}</Badge>
          ),
        },
        {
          title: 'Sequences in use',
          align: 'end',
          cell: ({ busy, sequences }) => (sequences === null ? '–' : `${busy} of ${sequences}`),
        },
        { title: 'Requests that wait', align: 'end', cell: ({ queued }) => queued },
        {
          title: 'Memory',
          align: 'end',
          isDetail: true,
          cell: ({ memoryBytes }) => (memoryBytes === null ? '–' : formatBytes(memoryBytes)),
        },
        { title: 'Upstream servers', cell: Upstreams },
      ]}
    />
  )
}

function Upstreams({ upstreams }: EngineState) {
  if (upstreams.length === 0) return <span class="muted">in this process</span>
  return (
    <span class="row">
      {upstreams.map(({ name, isHealthy, inFlight }) => (
        <Badge key={name} tone={isHealthy ? 'good' : 'bad'}>
          {name}: {isHealthy ? `${inFlight} in flight` : 'does not respond'}
        </Badge>
      ))}
    </span>
  )
}

function LastErrors() {
  const list = useList<LoggedRequest>('/continuo/requests', { limit: 5, status: 'errors' })
  return (
    <DataTable
      label="Last errors"
      list={{ ...list, hasMore: false }}
      keyOf={({ id }) => id}
      columns={[
        { title: 'When', cell: ({ endedAt }) => <Time at={endedAt} /> },
        {
          title: 'Status',
          cell: ({ status }) => <Badge tone={status >= 500 ? 'bad' : 'warn'}>{status}</Badge>,
        },
        { title: 'Why', cell: ({ errorCode, outcome }) => errorCode ?? outcome },
        { title: 'Model', cell: ({ model }) => <code>{model}</code>, isDetail: true },
        {
          title: 'Request',
          cell: ({ id }) => <a href={hrefOf('/logs', { request: id })}>{id}</a>,
          isDetail: true,
        },
      ]}
      empty={<EmptyState title="No errors">Requests that fail or are refused are listed here.</EmptyState>}
    />
  )
}

function formatRate(value: number): string {
  return value >= 100 ? formatCompact(value) : String(Number(value.toFixed(value >= 10 ? 0 : 1)))
}

function formatMs(value: number): string {
  return Number.isFinite(value) && value > 0 ? formatDuration(value) : value === 0 ? '0 ms' : '–'
}
