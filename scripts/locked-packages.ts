/** The fields of a `package-lock.json` entry that these scripts read. */
export interface LockEntry {
  readonly name?: string
  readonly version?: string
  /** Its origin: an address, or the folder of a link. */
  readonly resolved?: string
  readonly integrity?: string
  readonly link?: boolean
  readonly optional?: boolean
  /** The operating systems that it is for; all where it names none. */
  readonly os?: readonly string[]
  /** Whether it is part of another package's archive, and covered by that one's integrity. */
  readonly inBundle?: boolean
}

/** A `package-lock.json` of version 2 or 3. */
export interface Lock {
  readonly packages: Readonly<Record<string, LockEntry>>
}

/** A package from a registry. */
export interface LockedPackage {
  /** Its place in the tree, such as `node_modules/a/node_modules/b`. */
  readonly place: string
  /** `name@version` */
  readonly id: string
  readonly entry: LockEntry
}

const FOLDER = 'node_modules/'

/** Every package from a registry: all but the project itself, its workspaces and links, and bundled packages. */
export function lockedPackages({ packages }: Lock): LockedPackage[] {
  return Object.entries(packages)
    .filter(([place, { link, inBundle }]) => place.includes(FOLDER) && !link && !inBundle)
    .map(([place, entry]) => {
      const name = entry.name ?? place.slice(place.lastIndexOf(FOLDER) + FOLDER.length)
      return { place, id: `${name}@${entry.version ?? ''}`, entry }
    })
}
