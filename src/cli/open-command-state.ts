import { existsSync } from 'node:fs'
import type { Command } from 'commander'
import type { Config } from '../config/config.ts'
import { ConfigError } from '../config/config-error.ts'
import { resolveConfig } from '../config/resolve-config.ts'
import { openState, type State } from '../state/state.ts'
import { parseStateLocation } from '../state/state-location.ts'
import { addConfigOption } from './engine-options.ts'

/** The flags of a command that works on the state of a server. */
export interface StateFlags {
  readonly state?: string
  readonly config?: string
}

/** Adds `--state` and `--config`. */
export function addStateOptions(command: Command): Command {
  return addConfigOption(
    command.option(
      '--state <place>',
      'Where the state is: a folder or postgres://… (or set CONTINUO_STATE). By default where "continuo serve" keeps it',
    ),
  )
}

/** The configuration of the server whose state a command works on. */
export function configOfState({ state, config: configPath }: StateFlags): Config {
  return resolveConfig({ configPath, state, hasStateByDefault: true }, process.env)
}

/**
 * Opens a state that servers use, beside them.
 *
 * @param instead what to do where no other process can open the state, as the end of a sentence
 * @throws ConfigError when there is none
 */
export async function openCommandState(place: string, instead: string): Promise<State> {
  const location = parseStateLocation(place)
  if (location.kind === 'folder' && !existsSync(location.file)) {
    throw new ConfigError(
      `There is no state in ${location.folder}: start a server first, or set --state to where it keeps its state.`,
    )
  }
  const state = location.kind === 'memory' ? null : await openState(place)
  if (state === null) {
    throw new ConfigError(`The state is "${place}", which no other process can open: ${instead}.`)
  }
  return state
}
