import { useList } from '../api/use-list.ts'
import { Badge } from '../parts/badge.tsx'
import { CopyButton } from '../parts/copy-button.tsx'
import { DataTable } from '../parts/data-table.tsx'
import { EmptyState } from '../parts/empty-state.tsx'
import { formatCount } from '../parts/format.ts'
import { PageHeader } from '../parts/page-header.tsx'
import { Time } from '../parts/time.tsx'

interface Model {
  readonly id: string
  readonly displayName: string
  readonly createdAt: string
  readonly maxInputTokens?: number
  readonly maxTokens?: number
}

/** The models that clients may ask for. */
export function ModelsPage() {
  const list = useList<Model>('/v1/models', { limit: 100 })
  return (
    <>
      <PageHeader title="Models">Every id that clients of this server may ask for.</PageHeader>
      <DataTable
        label="Models"
        list={list}
        keyOf={({ id }) => id}
        columns={[
          { title: 'Id', cell: ({ id }) => <code>{id}</code> },
          { title: 'Name', cell: ({ displayName }) => displayName, isDetail: true },
          {
            title: 'Context, tokens',
            align: 'end',
            cell: ({ maxInputTokens }) =>
              maxInputTokens ? formatCount(maxInputTokens) : <Badge>unknown</Badge>,
          },
          { title: 'Since', isDetail: true, cell: ({ createdAt }) => <Time at={createdAt} /> },
        ]}
        actions={({ id }) => <CopyButton text={id} label="Copy the id" />}
        empty={<EmptyState title="No models">Start the server with --model.</EmptyState>}
      />
    </>
  )
}
