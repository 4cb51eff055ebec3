import { CompletionError } from '../completion/completion-error.ts'
import { isJsonObject } from '../util/json-object.ts'
import type { WorkSlices } from '../util/work-slices.ts'
import type { TextRules } from './text-rules.ts'

/** Most code units of the texts of one request that are recorded. */
export const MAX_RECORDED_UNITS = 2 * 1024 * 1024
/** Deepest level of JSON that is recorded: deeper values could not be written. */
const MAX_DEPTH = 100

/** Where texts of JSON are replaced, and what that may take. */
export interface TextMapping {
  readonly rules: TextRules
  readonly slices: WorkSlices
  /** Code units that were read; counted here. */
  units: number
}

/**
 * A copy of a JSON value with every text in it replaced, but for the names of members.
 *
 * @throws CompletionError `invalid-request` when it is too long or too deep
 */
export async function mapTexts<Value>(value: Value, mapping: TextMapping, depth = 0): Promise<Value> {
  if (depth > MAX_DEPTH) throw tooMuch(`JSON of more than ${MAX_DEPTH} levels`)
  if (mapping.slices.isOver) await mapping.slices.next()
  if (typeof value === 'string') {
    mapping.units += value.length
    if (mapping.units > MAX_RECORDED_UNITS) throw tooMuch(`more than ${MAX_RECORDED_UNITS} characters`)
    return (await mapping.rules.apply(value, mapping.slices)) as Value
  }
  if (Array.isArray(value)) {
    const items: unknown[] = []
    for (const item of value) items.push(await mapTexts(item, mapping, depth + 1))
    return items as Value
  }
  if (!isJsonObject(value)) return value
  const members: [string, unknown][] = []
  for (const [name, member] of Object.entries(value)) {
    members.push([name, await mapTexts(member, mapping, depth + 1)])
  }
  return Object.fromEntries(members) as Value
}

function tooMuch(what: string): CompletionError {
  return new CompletionError('invalid-request', `A request with ${what} cannot be recorded.`)
}
