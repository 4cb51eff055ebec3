import type { JsonObject } from '../util/json-object.ts'
import type { CacheBreakpoint } from './turn.ts'

export interface Tool extends CacheBreakpoint {
  readonly name: string
  readonly description: string | null
  /** A JSON schema as the client sent it, which may not be a valid schema. */
  readonly inputSchema: JsonObject
  /** Whether inputs must match the schema. */
  readonly isStrict: boolean
  /** The toolset that it belongs to, which its calls name; left out where it belongs to none. */
  readonly toolset?: string
}

/**
 * Whether tools are called: if the model decides to (`auto`), at least one (`any`), or the named one (`tool`). A request
 * whose tools must not be called has no tools.
 */
export type ToolChoice =
  | { readonly type: 'auto' }
  | { readonly type: 'any' }
  | { readonly type: 'tool'; readonly name: string }
