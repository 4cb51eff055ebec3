import { decodePercent } from './decode-percent.ts'
import type { Method, Route } from './route.ts'

/** The routes of a path, by method. All have one pattern. */
export interface FoundRoutes {
  readonly pattern: string
  readonly methods: ReadonlyMap<Method, Route>
  /** The parts of the path that the pattern names, decoded. */
  readonly params: Readonly<Record<string, string>>
}

/** Where the tree of patterns goes after some segments. */
interface Node {
  readonly literals: Map<string, Node>
  /** Takes any one segment. */
  parameter: { readonly name: string; readonly node: Node } | null
  /** Takes all further segments. */
  rest: { readonly name: string; readonly leaf: Leaf } | null
  leaf: Leaf | null
}

/** Where a pattern ends. */
interface Leaf {
  readonly pattern: string
  readonly methods: Map<Method, Route>
}

/** The values of the names on the way to a leaf. */
type Params = Readonly<Record<string, string>>
type Match = { readonly leaf: Leaf; readonly params: Params }

const NAME = /^:(\w+)$/
const REST_NAME = /^:(\w+)\{\.\+\}$/
/** No line ends: an id is one line. */
const VALUE = /^.+$/
const NO_PARAMS: Params = Object.freeze({})

/**
 * Every path that the server knows: a tree of the segments of patterns. Where several patterns fit, a literal segment goes
 * before a name, and a name before the rest of the path.
 */
export class RouteTable {
  readonly #root = newNode()
  readonly #all: Route[] = []
  /** Paths without names, found by one look. */
  readonly #literalPaths = new Map<string, FoundRoutes>()

  /** @throws Error if the method of the pattern has a route, or another pattern gives a name of this one another name */
  add(route: Route): void {
    const { pattern, method } = route
    const leaf = this.#leafOf(pattern)
    if (leaf.methods.has(method)) throw new Error(`${method} ${pattern} has two routes`)
    leaf.methods.set(method, route)
    this.#all.push(route)
    if (!pattern.includes(':')) this.#literalPaths.set(pattern, { ...leaf, params: NO_PARAMS })
  }

  /** Every route, in the order in which they were added. */
  get all(): readonly Route[] {
    return this.#all
  }

  /** The routes of a path; null if there are none. */
  find(path: string): FoundRoutes | null {
    const literal = this.#literalPaths.get(path)
    if (literal !== undefined) return literal
    if (!path.startsWith('/')) return null
    const match = findLeaf(this.#root, path.slice(1).split('/'), 0, NO_PARAMS)
    return match === null ? null : { ...match.leaf, params: match.params }
  }

  #leafOf(pattern: string): Leaf {
    let node = this.#root
    const segments = pattern.slice(1).split('/')
    for (const [index, segment] of segments.entries()) {
      const rest = REST_NAME.exec(segment)?.[1]
      if (rest !== undefined) {
        if (index < segments.length - 1) throw new Error(`${pattern}: ${segment} is not its end`)
        node.rest ??= { name: rest, leaf: { pattern, methods: new Map() } }
        checkName(node.rest.name, rest, pattern)
        return node.rest.leaf
      }
      node = childOf(node, segment, pattern)
    }
    node.leaf ??= { pattern, methods: new Map() }
    return node.leaf
  }
}

/** The route for a method: `HEAD` has that of `GET`. */
export function routeFor({ methods }: FoundRoutes, method: string): Route | undefined {
  return methods.get((method === 'HEAD' ? 'GET' : method) as Method)
}

/** The value of the header `allow`. */
export function allowedMethods({ methods }: FoundRoutes): string {
  return [...methods.keys()].map((method) => (method === 'GET' ? 'GET, HEAD' : method)).join(', ')
}

function newNode(): Node {
  return { literals: new Map(), parameter: null, rest: null, leaf: null }
}

function childOf(node: Node, segment: string, pattern: string): Node {
  const name = NAME.exec(segment)?.[1]
  if (name !== undefined) {
    node.parameter ??= { name, node: newNode() }
    checkName(node.parameter.name, name, pattern)
    return node.parameter.node
  }
  const child = node.literals.get(segment) ?? newNode()
  node.literals.set(segment, child)
  return child
}

function checkName(known: string, name: string, pattern: string): void {
  if (known !== name) throw new Error(`${pattern}: another route calls :${name} :${known}`)
}

/** Tries at most every pattern once: the depth is that of the tree, however long the path is. */
function findLeaf(node: Node, segments: readonly string[], index: number, params: Params): Match | null {
  const segment = segments[index]
  if (segment === undefined) return node.leaf && { leaf: node.leaf, params }
  const literal = node.literals.get(segment)
  const found = literal && findLeaf(literal, segments, index + 1, params)
  if (found) return found
  const { parameter, rest } = node
  if (parameter !== null && VALUE.test(segment)) {
    const named = { ...params, [parameter.name]: decoded(segment) }
    const match = findLeaf(parameter.node, segments, index + 1, named)
    if (match !== null) return match
  }
  if (rest === null) return null
  const path = segments.slice(index).join('/')
  return VALUE.test(path) ? { leaf: rest.leaf, params: { ...params, [rest.name]: decoded(path) } } : null
}

function decoded(text: string): string {
  return decodePercent(text, decodeURIComponent)
}
