import { useEffect, useState } from 'preact/hooks'
import { fetchApi, isAbort } from '../api/call-api.ts'
import { formatCount } from '../parts/format.ts'
import { BATCHES, batchTotal, describeCounts, type MessageBatch } from './message-batch.ts'

const POLL_MS = 2000
/** The body of a running batch counts all its requests as processing; this header says how many are. */
const REMAINING = 'continuo-requests-remaining'

/** How many requests of a batch have ended: live while it runs. */
export function BatchProgress({ batch }: { readonly batch: MessageBatch }) {
  const total = batchTotal(batch.requestCounts)
  const remaining = useRemaining(batch)
  if (batch.processingStatus === 'ended') return <>{describeCounts(batch.requestCounts)}</>
  const done = remaining === null ? 0 : total - remaining
  return (
    <span class="row">
      <progress value={done} max={total} aria-label={`${formatCount(done)} of ${formatCount(total)} ended`} />
      <span class="small">
        {formatCount(done)} of {formatCount(total)}
      </span>
    </span>
  )
}

/** Requests that have not ended; null where it is not known. */
function useRemaining({ id, processingStatus }: MessageBatch): number | null {
  const [remaining, setRemaining] = useState<number | null>(null)
  useEffect(() => {
    if (processingStatus === 'ended') return
    const controller = new AbortController()
    const load = async () => {
      try {
        const response = await fetchApi(`${BATCHES}/${id}`, { signal: controller.signal })
        await response.body?.cancel()
        const header = response.headers.get(REMAINING)
        if (header !== null) setRemaining(Number(header))
      } catch (thrown) {
        // The next turn tries again.
        if (isAbort(thrown)) return
      }
    }
    void load()
    const timer = setInterval(() => {
      if (!document.hidden) void load()
    }, POLL_MS)
    return () => {
      clearInterval(timer)
      controller.abort()
    }
  }, [id, processingStatus])
  return remaining
}
