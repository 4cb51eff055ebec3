import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { INTEGRITY } from './check-lock.ts'
import { type Lock, type LockEntry, lockedPackages } from './locked-packages.ts'

const PATHS = ['package-lock.json', 'tools/package-lock.json']

/**
 * Adds the integrity of packages that the registry knows. npm omits it for packages of other platforms.
 *
 * @param integrityOf returns the integrity of a package, `name@version`, from the registry
 */
export function filledLock<Filled extends Lock>(lock: Filled, integrityOf: (id: string) => string): Filled {
  const packages: Record<string, LockEntry> = { ...lock.packages }
  for (const { place, id, entry } of lockedPackages(lock)) {
    if (entry.integrity !== undefined) continue
    const integrity = integrityOf(id)
    if (INTEGRITY.test(integrity)) packages[place] = withIntegrity(entry, integrity)
  }
  return { ...lock, packages }
}

/** After the version, where npm writes it; otherwise npm would reorder the lock. */
function withIntegrity({ version, ...rest }: LockEntry, integrity: string): LockEntry {
  return { ...(version === undefined ? {} : { version }), integrity, ...rest }
}

function askRegistry(id: string): string {
  const { stdout } = spawnSync('npm', ['view', id, 'dist.integrity'], { encoding: 'utf8' })
  const integrity = stdout.trim()
  console.log(`${id}: ${integrity === '' ? 'unknown to the registry' : 'filled in'}`)
  return integrity
}

if (import.meta.main) {
  for (const path of PATHS) {
    const lock = JSON.parse(readFileSync(path, 'utf8')) as Lock
    writeFileSync(path, `${JSON.stringify(filledLock(lock, askRegistry), null, 2)}\n`)
  }
}
