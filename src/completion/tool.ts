import type { JsonObject } from '../util/json-object.ts'

/** Something that the model may ask its caller to run. */
export interface Tool {
  readonly name: string
  readonly description: string | null
  /** A JSON schema of the input, as the caller sent it: it may be no valid schema at all. */
  readonly inputSchema: JsonObject
  /** Whether an input that does not fit the schema must not come out. */
  readonly isStrict: boolean
}

/**
 * Whether tools are called: as the model likes (`auto`), at least one before anything else is said (`any`), or that
 * one (`tool`). A request whose tools must not be called has none.
 */
export type ToolChoice =
  | { readonly type: 'auto' }
  | { readonly type: 'any' }
  | { readonly type: 'tool'; readonly name: string }
