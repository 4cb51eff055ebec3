import { JsonDefectError } from './json-defect-error.ts'
import { JsonReader } from './json-reader.ts'

/** Why a text is not JSON, and where. */
export interface JsonDefect {
  readonly reason: string
  /** In UTF-16 code units from the start. */
  readonly index: number
}

const NO_LIMITS = {
  maxDepth: Number.POSITIVE_INFINITY,
  maxMembers: Number.POSITIVE_INFINITY,
  maxKeys: Number.POSITIVE_INFINITY,
  maxKeysOfObject: Number.POSITIVE_INFINITY,
}

/** The first thing that keeps a text from being JSON as {@link JsonReader} reads it, or null. */
export function findJsonDefect(text: string): JsonDefect | null {
  try {
    new JsonReader(text, NO_LIMITS).advance(Number.POSITIVE_INFINITY)
    return null
  } catch (error) {
    if (error instanceof JsonDefectError) return { reason: error.reason, index: error.index }
    throw error
  }
}
