import { resolve } from 'node:path'
import { Command } from 'commander'
import { ConfigError } from '../config/config-error.ts'
import { backupState } from '../state/backup-state.ts'
import { type CopiedRows, copyState } from '../state/copy-state.ts'
import { openState } from '../state/state.ts'
import { addStateOptions, configOfState, openCommandState, type StateFlags } from './open-command-state.ts'
import { writeOutput } from './write-output.ts'

const NO_STATE = 'set --state or CONTINUO_STATE to a folder or the address of a PostgreSQL database'

/** `continuo state …`: backups and moves of what a server keeps. */
export function stateCommand(): Command {
  const backup = new Command('backup')
    .description('Write a backup of an SQLite state to a file, while servers use it')
    .argument('<file>', 'The file to write; it must not exist')
  const copy = new Command('copy')
    .description('Copy a state into an empty one, for example from a folder to PostgreSQL')
    .requiredOption('--to <place>', 'Where to copy it: a folder or postgres://…')
  return new Command('state')
    .description('Back up the state of a server, or move it to another database')
    .addCommand(addStateOptions(backup).action(backUp))
    .addCommand(addStateOptions(copy).action(copyTo))
}

async function backUp(file: string, flags: StateFlags): Promise<void> {
  const path = resolve(file)
  const state = await openCommandState(configOfState(flags).state.place, NO_STATE)
  try {
    await backupState(state, path)
  } finally {
    await state.close()
  }
  await writeOutput(`Backed up ${state.name} to ${path}.\n`)
}

async function copyTo({ to, ...flags }: StateFlags & { readonly to: string }): Promise<void> {
  const from = await openCommandState(configOfState(flags).state.place, NO_STATE)
  try {
    const target = to === 'memory' ? null : await openState(to)
    if (target === null) throw new ConfigError(`--to is "${to}": use a folder or postgres://…`)
    try {
      const rows = totalOf(await copyState(from, target))
      await writeOutput(`Copied ${rows.toLocaleString('en-US')} rows from ${from.name} to ${target.name}.\n`)
    } finally {
      await target.close()
    }
  } finally {
    await from.close()
  }
}

function totalOf(copied: CopiedRows): number {
  return Object.values(copied).reduce((total, rows) => total + rows, 0)
}
