import { useList } from '../api/use-list.ts'
import { Badge } from '../parts/badge.tsx'
import { CopyButton } from '../parts/copy-button.tsx'
import { type Column, DataTable } from '../parts/data-table.tsx'
import { EmptyState } from '../parts/empty-state.tsx'
import { Filters, filterValue, TextFilter } from '../parts/filters.tsx'
import { formatCount } from '../parts/format.ts'
import { PageHeader } from '../parts/page-header.tsx'
import { Time } from '../parts/time.tsx'
import { hrefOf } from '../router.ts'
import { EngineCards } from './engine-cards.tsx'

interface Model {
  readonly id: string
  readonly displayName: string
  readonly createdAt: string
  readonly maxInputTokens?: number | null
  readonly maxTokens?: number | null
}

const COLUMNS: readonly Column<Model>[] = [
  {
    title: 'Id',
    cell: ({ id }) => (
      <span class="row">
        <code>{id}</code> {!isOfClaude(id) && <Badge tone="info">this server’s own</Badge>}
      </span>
    ),
  },
  { title: 'Name', cell: ({ displayName }) => displayName, isDetail: true },
  { title: 'Context, tokens', align: 'end', cell: ({ maxInputTokens }) => countOf(maxInputTokens) },
  { title: 'Most output, tokens', align: 'end', isDetail: true, cell: ({ maxTokens }) => countOf(maxTokens) },
  {
    title: 'Released',
    isDetail: true,
    cell: ({ createdAt }) => <Time at={Date.parse(createdAt) > 0 ? createdAt : null} none="unknown" />,
  },
]

/** The models that clients may ask for, and the engines that respond. */
export function ModelsPage() {
  const list = useList<Model>('/v1/models', { limit: 1000 })
  const text = filterValue('id').toLowerCase()
  const rows = list.rows?.filter((model) => `${model.id} ${model.displayName}`.toLowerCase().includes(text))
  // Its own first: an id of Claude is only another name for one of them.
  const sorted = rows?.toSorted((a, b) => Number(isOfClaude(a.id)) - Number(isOfClaude(b.id))) ?? null
  return (
    <>
      <PageHeader title="Models">
        What is loaded, and every id that clients may ask for. An id of Claude is served by one of the models
        here.
      </PageHeader>
      <div class="stack">
        <EngineCards />
        <h2>Ids</h2>
      </div>
      <Filters>
        <TextFilter name="id" label="Id or name" placeholder="sonnet" />
      </Filters>
      <DataTable
        label="Models"
        list={{ ...list, rows: sorted }}
        keyOf={({ id }) => id}
        columns={COLUMNS}
        actions={({ id }) => (
          <>
            <a class="button plain small" href={hrefOf('/workbench', { model: id })}>
              Try
            </a>
            <CopyButton text={id} label={`Copy ${id}`} />
          </>
        )}
        empty={
          text === '' ? (
            <EmptyState title="No models">
              Start the server with --model FILE or with upstream servers.
            </EmptyState>
          ) : (
            <EmptyState title="No id contains that">Change the filter.</EmptyState>
          )
        }
      />
    </>
  )
}

function isOfClaude(id: string): boolean {
  return id.startsWith('claude-')
}

function countOf(tokens: number | null | undefined) {
  return tokens ? formatCount(tokens) : <span class="muted">unknown</span>
}
