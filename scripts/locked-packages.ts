/** An entry of a `package-lock.json`, as far as these scripts read it. */
export interface LockEntry {
  readonly name?: string
  readonly version?: string
  /** Where it came from: an address, or the folder that a link leads to. */
  readonly resolved?: string
  readonly integrity?: string
  readonly link?: boolean
  /** It comes within the archive of another package, and is covered by that one's integrity. */
  readonly inBundle?: boolean
}

/** A `package-lock.json` of version 2 or 3. */
export interface Lock {
  readonly packages: Readonly<Record<string, LockEntry>>
}

/** A package that a registry hands out. */
export interface LockedPackage {
  /** Where in the tree it stands, such as `node_modules/a/node_modules/b`. */
  readonly place: string
  /** `name@version` */
  readonly id: string
  readonly entry: LockEntry
}

const FOLDER = 'node_modules/'

/** Every package that comes from a registry: all but the project itself, its workspaces and links, and what is bundled. */
export function lockedPackages({ packages }: Lock): LockedPackage[] {
  return Object.entries(packages)
    .filter(([place, { link, inBundle }]) => place.includes(FOLDER) && !link && !inBundle)
    .map(([place, entry]) => {
      const name = entry.name ?? place.slice(place.lastIndexOf(FOLDER) + FOLDER.length)
      return { place, id: `${name}@${entry.version ?? ''}`, entry }
    })
}
