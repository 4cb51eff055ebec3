import type { StateConfig } from '../config/config.ts'
import { openState, type State } from '../state/state.ts'
import { StateError } from '../state/state-error.ts'

/**
 * Opens the state of a configuration; null where it is `none`. A folder that no setting names and that cannot be written is
 * replaced by memory.
 *
 * @param onMemory called with one line for the log when that happened
 * @throws StateError when a place that a setting names cannot be used
 */
export async function openConfiguredState(
  { place, isDefault }: StateConfig,
  onMemory: (text: string) => void,
): Promise<State | null> {
  try {
    return await openState(place)
  } catch (error) {
    if (!isDefault || !(error instanceof StateError) || error.code !== 'not-writable') throw error
    onMemory(`${error.message}: the state is kept in memory and ends with the server; set --state to keep it`)
    return openState('memory')
  }
}
