import { BASE, changedQuery, path, query } from '../router.ts'
import { filterValue } from './filters.tsx'

interface TabsProps {
  readonly label: string
  /** The first is open without a word in the address. */
  readonly tabs: readonly (readonly [value: string, text: string])[]
  /** The part of the address that names the open one. */
  readonly name?: string
}

/** Parts of a page, of which one is open. Read which one by `filterValue(name, first)`. */
export function Tabs({ label, tabs, name = 'tab' }: TabsProps) {
  const first = tabs[0]?.[0] ?? ''
  const open = filterValue(name, first)
  return (
    <nav class="tabs" aria-label={label}>
      {tabs.map(([value, text]) => {
        const search = changedQuery(query.value, { [name]: value === first ? null : value }).toString()
        return (
          <a
            key={value}
            href={`${BASE}${path.value}${search === '' ? '' : `?${search}`}`}
            aria-current={value === open ? 'page' : undefined}
          >
            {text}
          </a>
        )
      })}
    </nav>
  )
}
