import { useEffect, useState } from 'preact/hooks'
import { ApiFailure } from './api-failure.ts'
import { type ApiQuery, callApi, isAbort, searchOf } from './call-api.ts'

/** What a page shows of something that is being loaded. */
export interface Loaded<T> {
  /** What was loaded last; null before that. */
  readonly data: T | null
  readonly error: ApiFailure | null
  readonly isLoading: boolean
  reload(): void
}

interface Options {
  readonly betas?: readonly string[]
  /** Loads it again and again, while the page can be seen. */
  readonly pollMs?: number
}

/** Loads JSON while a component is on the page, and again when path or query change. Without a path nothing is loaded. */
export function useJson<T>(
  path: string | null,
  query: ApiQuery = {},
  { pollMs, betas = [] }: Options = {},
): Loaded<T> {
  const address = path === null ? null : path + searchOf(query)
  const betaNames = betas.join(',')
  const [round, setRound] = useState(0)
  const [state, setState] = useState<{ address: string | null; data: T | null; error: ApiFailure | null }>({
    ...{ address: null, data: null, error: null },
  })
  const [isLoading, setIsLoading] = useState(address !== null)
  useEffect(() => {
    if (address === null) return
    const controller = new AbortController()
    const load = async () => {
      setIsLoading(true)
      try {
        const names = betaNames === '' ? [] : betaNames.split(',')
        const data = await callApi<T>(address, { signal: controller.signal, betas: names })
        setState({ address, data, error: null })
      } catch (thrown) {
        if (isAbort(thrown)) return
        setState((old) => ({
          address,
          data: old.address === address ? old.data : null,
          error: ApiFailure.from(thrown),
        }))
      }
      setIsLoading(false)
    }
    void load()
    const stopPolling = pollMs === undefined ? undefined : poll(load, pollMs)
    return () => {
      controller.abort()
      stopPolling?.()
    }
  }, [address, betaNames, pollMs, round])
  return { data: state.data, error: state.error, isLoading, reload: () => setRound((old) => old + 1) }
}

/** Runs one load after the other; none while the page is hidden. */
function poll(load: () => Promise<void>, pollMs: number): () => void {
  let timer: ReturnType<typeof setTimeout>
  const next = () => {
    timer = setTimeout(async () => {
      if (!document.hidden) await load()
      next()
    }, pollMs)
  }
  next()
  return () => clearTimeout(timer)
}
