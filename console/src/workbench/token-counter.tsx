import { useEffect, useState } from 'preact/hooks'
import { countTokens } from '../api/workbench/count-tokens.ts'
import { formatCount } from '../parts/format.ts'
import { currentRow, prompt } from './workbench-state.ts'

const TYPING_PAUSE_MS = 350

/** The input tokens of the prompt, while it is written. */
export function TokenCounter() {
  const [counts, setCounts] = useState<readonly (number | null)[]>([])
  const [counted, row] = [prompt.value, currentRow.value]
  useEffect(() => {
    const controller = new AbortController()
    const { signal } = controller
    const { api } = counted
    const timer = setTimeout(async () => {
      const values = counted.values[row] ?? {}
      const apis = api === 'both' ? (['messages', 'complete'] as const) : [api]
      const found = await Promise.all(apis.map((one) => countTokens(counted, { api: one, values }, signal)))
      if (!signal.aborted) setCounts(found)
    }, TYPING_PAUSE_MS)
    return () => {
      clearTimeout(timer)
      controller.abort()
    }
  }, [counted, row])
  const known = [...new Set(counts.filter((count) => count !== null))]
  if (known.length === 0) return null
  return <span class="small muted">{known.map(formatCount).join(' and ')} input tokens</span>
}
