import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Lock, type LockEntry, lockedPackages } from './locked-packages.ts'
import { reportViolations } from './report-violations.ts'

/** A SHA-512 in base64, as registries write it. */
export const INTEGRITY = /^sha512-[A-Za-z0-9+/]{86}==$/

const UNKNOWN_HERE =
  'the registry that the lock was made with did not have it on 2026-12-01: npm run fill-lock with another'

/**
 * Packages without integrity, as `name@version`, with the reason. An integrity is the checksum of an archive, which only a
 * registry that has the archive can tell; npm installs a package without one unchecked. So an exception holds only on
 * machines for which npm leaves the package out: it is optional and for another operating system. On a machine that would
 * install it the check fails until `npm run fill-lock` has asked that machine's registry.
 */
const EXCEPTIONS: Readonly<Record<string, string>> = {
  '@node-llama-cpp/mac-arm64-metal@3.22.1': UNKNOWN_HERE,
  '@node-llama-cpp/mac-x64@3.22.1': UNKNOWN_HERE,
  '@node-llama-cpp/win-arm64@3.22.1': UNKNOWN_HERE,
  '@node-llama-cpp/win-x64@3.22.1': UNKNOWN_HERE,
}

/**
 * Packages without a checksum, which could change; addresses, because everyone installs from their own registry; and
 * exceptions that are no longer needed.
 */
export function findLockViolations(
  root: string,
  exceptions = EXCEPTIONS,
  platform: string = process.platform,
): string[] {
  const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as Lock
  const unsure = lockedPackages(lock).filter(({ entry }) => !INTEGRITY.test(entry.integrity ?? ''))
  const unsureIds = new Set(unsure.map(({ id }) => id))
  return [
    ...unsure
      .filter(
        ({ id, entry }) => entry.integrity !== undefined || !(id in exceptions) || isFor(platform, entry),
      )
      .map(({ place }) => `package-lock.json: ${place} has no integrity: run npm run fill-lock`),
    ...Object.entries(lock.packages)
      .filter(([, { resolved, version }]) => isAddress(resolved) || isAddress(version))
      .map(([place]) => `package-lock.json: ${place} names an address: take "resolved" out of it`),
    ...Object.keys(exceptions)
      .filter((id) => !unsureIds.has(id))
      .map((id) => `${id} needs no exception: take it off`),
  ]
}

function isFor(platform: string, { os, optional }: LockEntry): boolean {
  return optional !== true || os === undefined || os.includes(platform)
}

function isAddress(text = ''): boolean {
  return text.includes('://')
}

/** Of the project and of the tools that are installed apart from it. */
export function findProjectLockViolations(): string[] {
  return [
    ...findLockViolations('.'),
    ...findLockViolations('tools', {}).map((violation) =>
      violation.replace('package-lock', 'tools/package-lock'),
    ),
  ]
}

if (import.meta.main) reportViolations('lock', findProjectLockViolations())
