import { isAbsolute, join, resolve } from 'node:path'
import { StateError } from './state-error.ts'

/** Where the state is kept. */
export type StateLocation =
  | { readonly kind: 'folder'; readonly folder: string; readonly file: string }
  | { readonly kind: 'memory' }
  | { readonly kind: 'postgres'; readonly url: string }
  | { readonly kind: 'none' }

/** The SQLite database in a state folder; `-wal` and `-shm` files stand beside it while it is open. */
const DATABASE_FILE = 'continuo.sqlite'

/** Reads the setting `state`: a folder, `postgres://…`, `memory` or `none`. */
export function parseStateLocation(setting: string): StateLocation {
  if (setting === 'none' || setting === 'memory') return { kind: setting }
  if (/^postgres(ql)?:/i.test(setting)) return { kind: 'postgres', url: checkPostgresUrl(setting) }
  if (/^[a-z][a-z0-9+.-]+:\/\//i.test(setting))
    throw new StateError(
      'invalid',
      `state: use a folder, postgres://…, "memory" or "none", not "${schemeOf(setting)}"`,
    )
  if (setting.trim() === '') throw new StateError('invalid', 'state: the folder has no name')
  const folder = isAbsolute(setting) ? setting : resolve(setting)
  return { kind: 'folder', folder, file: join(folder, DATABASE_FILE) }
}

/** A location for people: without user and password. */
export function describeStateLocation(location: StateLocation): string {
  if (location.kind === 'folder') return location.folder
  if (location.kind !== 'postgres') return location.kind
  const { host, pathname } = new URL(location.url)
  return `postgres://${decodeURIComponent(host)}${pathname}`
}

function checkPostgresUrl(setting: string): string {
  if (!URL.canParse(setting))
    throw new StateError(
      'invalid',
      'state: the address of PostgreSQL is malformed: use postgres://user:password@host:5432/database',
    )
  return setting
}

function schemeOf(setting: string): string {
  return setting.slice(0, setting.indexOf('://') + 3)
}
