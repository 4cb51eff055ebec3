import { computed, signal } from '@preact/signals'

/** Where the console is served. */
export const BASE = '/console'

interface Address {
  /** Below the console, from its first slash. */
  readonly path: string
  readonly query: URLSearchParams
}

const address = signal<Address>(readAddress())

/** The path of the page, such as `/usage`. */
export const path = computed(() => address.value.path)
/** What the address says after its question mark: every filter of a page is there. */
export const query = computed(() => address.value.query)

function readAddress(): Address {
  // Tests of what needs no browser load this too.
  if (typeof location === 'undefined') return { path: '/', query: new URLSearchParams() }
  return parseAddress(location.pathname, location.search)
}

/** The page that an address of the browser names. */
export function parseAddress(pathname: string, search: string): Address {
  const below = pathname.startsWith(`${BASE}/`) ? pathname.slice(BASE.length) : '/'
  return { path: below.replace(/(.)\/+$/, '$1'), query: new URLSearchParams(search) }
}

/** The address of a page. */
export function hrefOf(page: string, parameters: Readonly<Record<string, string | null>> = {}): string {
  return `${BASE}${page}${searchOf(changedQuery(new URLSearchParams(), parameters))}`
}

/** Goes to an address that `hrefOf` made. */
export function navigate(href: string, { replace = false } = {}): void {
  if (replace) history.replaceState(null, '', href)
  else history.pushState(null, '', href)
  address.value = readAddress()
  if (!replace) scrollTo(0, 0)
}

/** Changes parts of the address's query, without a further entry in the browser's history. Null and '' take a part away. */
export function setQuery(changes: Readonly<Record<string, string | null>>): void {
  navigate(`${location.pathname}${searchOf(changedQuery(query.peek(), changes))}`, { replace: true })
}

/** A copy of a query with changes. Null and '' take a part away. */
export function changedQuery(
  old: URLSearchParams,
  changes: Readonly<Record<string, string | null>>,
): URLSearchParams {
  const changed = new URLSearchParams(old)
  for (const [name, value] of Object.entries(changes)) {
    if (value === null || value === '') changed.delete(name)
    else changed.set(name, value)
  }
  return changed
}

function searchOf(parameters: URLSearchParams): string {
  const text = parameters.toString()
  return text === '' ? '' : `?${text}`
}

/** The values of the names in a pattern such as `/workspaces/:id`; null if the path does not fit. */
export function matchPath(pattern: string, given: string): Readonly<Record<string, string>> | null {
  const [names, parts] = [pattern.split('/'), given.split('/')]
  if (names.length !== parts.length) return null
  const values: Record<string, string> = {}
  for (const [index, name] of names.entries()) {
    const part = parts[index] ?? ''
    if (name.startsWith(':') && part !== '') values[name.slice(1)] = decoded(part)
    else if (name !== part) return null
  }
  return values
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** Follows the browser's buttons and every link to a page of the console. */
export function startRouter(): void {
  addEventListener('popstate', () => {
    address.value = readAddress()
  })
  document.addEventListener('click', (event) => {
    const link = event.target instanceof Element ? event.target.closest('a') : null
    if (link === null || event.defaultPrevented || event.button !== 0) return
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return
    if (link.target !== '' || link.hasAttribute('download') || link.origin !== location.origin) return
    if (link.pathname !== BASE && !link.pathname.startsWith(`${BASE}/`)) return
    event.preventDefault()
    navigate(link.pathname + link.search)
  })
}
