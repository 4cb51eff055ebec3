import { useJson } from '../api/use-json.ts'
import { Button } from '../parts/button.tsx'
import { Filters, filterValue, SelectFilter } from '../parts/filters.tsx'
import { setQuery } from '../router.ts'
import { GROUPS, type useGroupNames } from './group-names.ts'
import { RANGES } from './report-range.ts'

interface ReportFiltersProps {
  readonly names: ReturnType<typeof useGroupNames>
}

/** Which time a report is of, what it is grouped by, and of what. */
export function ReportFilters({ names }: ReportFiltersProps) {
  const models = useJson<{ data: readonly { readonly id: string }[] }>('/v1/models', { limit: 1000 })
  const at = filterValue('at')
  return (
    <Filters>
      {at === '' ? (
        <SelectFilter name="range" label="Time" options={RANGES} />
      ) : (
        <Button icon="close" onClick={() => setQuery({ at: at.length > 10 ? at.slice(0, 10) : null })}>
          {at.length > 10 ? `${at.replace('T', ' ')}:00 UTC` : `${at} (UTC)`}
        </Button>
      )}
      <SelectFilter name="by" label="Grouped by" options={GROUPS} />
      <SelectFilter
        name="model"
        label="Model"
        options={[['', 'All models'], ...(models.data?.data ?? []).map(({ id }) => [id, id] as const)]}
      />
      {names.keys.length > 0 && (
        <SelectFilter name="key" label="API key" options={[['', 'All keys'], ...names.keys]} />
      )}
      {names.workspaces.length > 1 && (
        <SelectFilter name="in" label="Workspace" options={[['', 'All workspaces'], ...names.workspaces]} />
      )}
    </Filters>
  )
}
