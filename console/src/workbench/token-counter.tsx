import { useEffect, useState } from 'preact/hooks'
import { countTokens } from '../api/workbench/count-tokens.ts'
import { formatCount } from '../parts/format.ts'
import { currentRow, prompt } from './workbench-state.ts'

const TYPING_PAUSE_MS = 350

/** The input tokens of the prompt, while it is written. */
export function TokenCounter() {
  const [count, setCount] = useState<number | null>(null)
  const [counted, row] = [prompt.value, currentRow.value]
  useEffect(() => {
    const controller = new AbortController()
    const timer = setTimeout(async () => {
      const tokens = await countTokens(counted, counted.values[row] ?? {}, controller.signal)
      if (!controller.signal.aborted) setCount(tokens)
    }, TYPING_PAUSE_MS)
    return () => {
      clearTimeout(timer)
      controller.abort()
    }
  }, [counted, row])
  if (count === null) return null
  return <span class="small muted">{formatCount(count)} input tokens</span>
}
