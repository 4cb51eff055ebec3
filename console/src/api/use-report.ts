import { useEffect, useState } from 'preact/hooks'
import { ApiFailure } from './api-failure.ts'
import { type ApiQuery, callApi, isAbort, searchOf } from './call-api.ts'
import type { Loaded } from './use-json.ts'

/** What was used or paid in some time. */
export interface ReportBucket<Result> {
  readonly startingAt: string
  readonly endingAt: string
  readonly results: readonly Result[]
}

interface ReportBody<Result> {
  readonly data: readonly ReportBucket<Result>[]
  readonly hasMore: boolean
  readonly nextPage: string | null
}

/** No view has more pages than this. */
const MAX_PAGES = 24

/** Loads a report in time buckets, all of its pages. */
export function useReport<Result>(path: string, query: ApiQuery): Loaded<readonly ReportBucket<Result>[]> {
  const address = path + searchOf(query)
  const [round, setRound] = useState(0)
  const [data, setData] = useState<readonly ReportBucket<Result>[] | null>(null)
  const [error, setError] = useState<ApiFailure | null>(null)
  const [isLoading, setIsLoading] = useState(true)
  useEffect(() => {
    const controller = new AbortController()
    const load = async () => {
      setIsLoading(true)
      try {
        setData(await loadPages<Result>(address, controller.signal))
        setError(null)
      } catch (thrown) {
        if (isAbort(thrown)) return
        setError(ApiFailure.from(thrown))
      }
      setIsLoading(false)
    }
    void load()
    return () => controller.abort()
  }, [address, round])
  return { data, error, isLoading, reload: () => setRound((old) => old + 1) }
}

async function loadPages<Result>(
  address: string,
  signal: AbortSignal,
): Promise<readonly ReportBucket<Result>[]> {
  const buckets: ReportBucket<Result>[] = []
  let page: string | null = null
  for (let count = 0; count < MAX_PAGES; count++) {
    const body: ReportBody<Result> = await callApi(
      address + (page === null ? '' : `&page=${encodeURIComponent(page)}`),
      {
        signal,
      },
    )
    buckets.push(...body.data)
    page = body.nextPage
    if (!body.hasMore || page === null) break
  }
  return buckets
}
