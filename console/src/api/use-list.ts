import { useEffect, useState } from 'preact/hooks'
import { ApiFailure } from './api-failure.ts'
import { type ApiQuery, callApi, isAbort, searchOf } from './call-api.ts'

/** Rows of a list, of which more may be loaded. */
export interface LoadedList<T> {
  /** Null before the first page has come. */
  readonly rows: readonly T[] | null
  readonly error: ApiFailure | null
  readonly isLoading: boolean
  readonly hasMore: boolean
  loadMore(): void
  reload(): void
}

/** A page of a list: the API has cursors of ids, and of pages. */
interface ListBody<T> {
  readonly data: readonly T[]
  readonly hasMore?: boolean
  readonly lastId?: string | null
  readonly nextPage?: string | null
}

interface State<T> {
  readonly address: string
  readonly rows: readonly T[] | null
  readonly error: ApiFailure | null
  readonly cursor: ApiQuery | null
}

/** Loads a list page by page, from its start again when path or query change. */
export function useList<T>(
  path: string,
  query: ApiQuery = {},
  { betas = [] }: { readonly betas?: readonly string[] } = {},
): LoadedList<T> {
  const address = path + searchOf(query)
  const betaNames = betas.join(',')
  const [wanted, setWanted] = useState<{ round: number; after: ApiQuery | null }>({ round: 0, after: null })
  const [state, setState] = useState<State<T>>({ address, rows: null, error: null, cursor: null })
  const [isLoading, setIsLoading] = useState(true)
  useEffect(() => {
    const controller = new AbortController()
    const after = state.address === address ? wanted.after : null
    const load = async () => {
      setIsLoading(true)
      const names = betaNames === '' ? [] : betaNames.split(',')
      try {
        const body = await callApi<ListBody<T>>(path, {
          ...{ query: { ...query, ...after }, betas: names, signal: controller.signal },
        })
        setState((old) => ({
          ...{ address, error: null, cursor: cursorAfter(body) },
          rows: after === null ? body.data : [...(old.rows ?? []), ...body.data],
        }))
      } catch (thrown) {
        if (isAbort(thrown)) return
        const error = ApiFailure.from(thrown)
        setState((old) =>
          old.address === address ? { ...old, error } : { address, rows: null, cursor: null, error },
        )
      }
      setIsLoading(false)
    }
    void load()
    return () => controller.abort()
  }, [address, betaNames, wanted])
  return {
    rows: state.address === address ? state.rows : null,
    error: state.error,
    isLoading,
    hasMore: state.cursor !== null,
    loadMore: () => setWanted(({ round }) => ({ round: round + 1, after: state.cursor })),
    reload: () => setWanted(({ round }) => ({ round: round + 1, after: null })),
  }
}

/** What to ask for next; null after the last page. */
export function cursorAfter({ hasMore, lastId, nextPage }: ListBody<unknown>): ApiQuery | null {
  if (nextPage !== null && nextPage !== undefined) return { page: nextPage }
  return hasMore === true && lastId ? { afterId: lastId } : null
}
