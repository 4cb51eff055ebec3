import type { JsonObject } from '../../util/json-object.ts'

/** How a tool of a toolset is written down. */
export interface MemberSource {
  readonly description: string
  /** Of its input. */
  readonly properties: JsonObject
  readonly required?: readonly string[]
  /** Whether a request has to ask for it. */
  readonly isOff?: boolean
}
