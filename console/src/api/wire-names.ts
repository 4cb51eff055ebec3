/** A name of the console as the API writes it: `createdAt` is `created_at`. */
export function wireName(name: string): string {
  return name.replace(/[A-Z]|(?<=[a-z])\d+/g, (part) => `_${part.toLowerCase()}`)
}

/** A name of the API as the console writes it: `created_at` is `createdAt`. */
export function ownName(name: string): string {
  return /^[a-z][a-z0-9]*(_[a-z0-9]+)+$/.test(name)
    ? name.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase())
    : name
}

/** JSON of the API with the console's names, however deep. Names that are no words of the API, such as model ids, stay. */
export function fromWire(value: unknown): unknown {
  return renamed(value, ownName)
}

/** JSON of the console with the API's names. */
export function toWire(value: unknown): unknown {
  return renamed(value, wireName)
}

function renamed(value: unknown, rename: (name: string) => string): unknown {
  if (Array.isArray(value)) return value.map((item) => renamed(item, rename))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [rename(name), renamed(member, rename)]),
  )
}
