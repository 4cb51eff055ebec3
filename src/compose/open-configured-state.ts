import type { StateConfig } from '../config/config.ts'
import { openState, type State } from '../state/state.ts'
import { StateError } from '../state/state-error.ts'
import { describeStateLocation, parseStateLocation } from '../state/state-location.ts'

/** After this long a start says what it waits for. */
const WAIT_MESSAGE_MS = 2_000

/**
 * Opens the state of a configuration; null where it is `none`. A folder that no setting names and that cannot be written is
 * replaced by memory.
 *
 * @param onWarning called with one line for the log when that happens, and when a database does not respond yet
 * @throws StateError when a place that a setting names cannot be used
 */
export async function openConfiguredState(
  { place, isDefault }: Pick<StateConfig, 'place' | 'isDefault'>,
  onWarning: (text: string) => void,
): Promise<State | null> {
  const waiting = setTimeout(() => {
    const name = describeStateLocation(parseStateLocation(place))
    onWarning(`waiting for the state in ${name}, which does not respond yet`)
  }, WAIT_MESSAGE_MS)
  try {
    return await openState(place)
  } catch (error) {
    if (!isDefault || !(error instanceof StateError) || error.code !== 'not-writable') throw error
    onWarning(
      `${error.message}: the state is kept in memory and ends with the server; set --state to keep it`,
    )
    return openState('memory')
  } finally {
    clearTimeout(waiting)
  }
}
