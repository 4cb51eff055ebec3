import type { Guard, Handler } from './request-context.ts'

/** What is done for one path. */
export interface Route {
  /** For the log and the metrics: the path, or its pattern. */
  readonly pattern: string
  readonly method: 'GET' | 'POST'
  readonly guard: Guard | null
  readonly handler: Handler
  /** Whether web pages may ask which methods there are. */
  readonly allowBrowsers: boolean
}

/** A route that was found, and what of the path it leaves open. */
export interface FoundRoute {
  readonly route: Route
  readonly pathRest: string
}

/** What a pattern ends in that takes the rest of a path, one character at least. */
const OPEN_END = ':id{.+}'
const REST = /^.+$/

/** Every path that is answered. A pattern is a path, or one that is open at its end. */
export class RouteTable {
  readonly #closed = new Map<string, FoundRoute>()
  readonly #open: { readonly start: string; readonly route: Route }[] = []

  add(route: Route): void {
    const { pattern } = route
    if (pattern.endsWith(OPEN_END)) this.#open.push({ start: pattern.slice(0, -OPEN_END.length), route })
    else this.#closed.set(pattern, { route, pathRest: '' })
  }

  /** The route of a path, whatever the method; null if there is none. */
  find(path: string): FoundRoute | null {
    const closed = this.#closed.get(path)
    if (closed !== undefined) return closed
    for (const { start, route } of this.#open) {
      const pathRest = path.slice(start.length)
      if (path.startsWith(start) && REST.test(pathRest)) return { route, pathRest }
    }
    return null
  }
}
