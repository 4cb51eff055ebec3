import { useState } from 'preact/hooks'
import { ApiFailure } from './api-failure.ts'

/** Something that a user starts, such as saving a form. */
export interface Action<Args extends readonly unknown[]> {
  /** Never rejects: what goes wrong is in `error`. */
  run(...args: Args): Promise<void>
  readonly isRunning: boolean
  readonly error: ApiFailure | null
}

/** Runs what a user starts, once at a time. */
export function useAction<Args extends readonly unknown[]>(
  start: (...args: Args) => Promise<unknown>,
): Action<Args> {
  const [state, setState] = useState<{ isRunning: boolean; error: ApiFailure | null }>({
    isRunning: false,
    error: null,
  })
  return {
    ...state,
    async run(...args) {
      if (state.isRunning) return
      setState({ isRunning: true, error: null })
      try {
        await start(...args)
        setState({ isRunning: false, error: null })
      } catch (thrown) {
        setState({ isRunning: false, error: ApiFailure.from(thrown) })
      }
    },
  }
}
