import type * as z from 'zod'

/** What the description of the API contains of a route. */
export interface DescribedRoute {
  readonly tag: RouteTag
  /** What it does, as a sentence without a full stop. */
  readonly summary: string
  /** The schema of its body; an object of any kind where the schema depends on the body itself. */
  readonly body?: z.ZodType | 'object' | 'multipart' | 'form'
  /** What it responds with, where that is not JSON. */
  readonly responds?: 'events' | 'text' | 'html' | 'binary' | 'lines'
  /** Whether it needs no key. */
  readonly isOpen?: boolean
}

/** The groups of routes, in the order in which they are listed. */
export const ROUTE_TAGS = [
  'Messages',
  'Text Completions',
  'OpenAI',
  'Models',
  'Message batches',
  'Files',
  'Skills',
  'Admin API',
  'Server',
] as const

/** A group of routes. */
export type RouteTag = (typeof ROUTE_TAGS)[number]
