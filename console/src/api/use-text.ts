import { useEffect, useState } from 'preact/hooks'
import { fetchApi } from './call-api.ts'

/** Loads a text while a component is on the page, and again after a time. Null until it has come, and where it cannot. */
export function useText(path: string, pollMs: number): { readonly text: string | null } {
  const [text, setText] = useState<string | null>(null)
  useEffect(() => {
    const controller = new AbortController()
    const load = async () => {
      if (document.hidden) return
      const response = await fetchApi(path, { signal: controller.signal }).catch(() => null)
      if (response !== null && !controller.signal.aborted) setText(await response.text().catch(() => null))
    }
    void load()
    const timer = setInterval(() => void load(), pollMs)
    return () => {
      controller.abort()
      clearInterval(timer)
    }
  }, [path, pollMs])
  return { text }
}
