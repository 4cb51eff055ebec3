import { Allow, parse } from 'partial-json'
import { isJsonObject } from '../../util/json-object.ts'
import { countMembers } from '../parse-json-text.ts'

/**
 * The input of a call as an object. Of one that was cut short, as where a completion reached its limit, what there is.
 *
 * @param json empty for a tool that takes nothing
 */
export function readToolInput(json: string): object {
  const input = json.trim() === '' ? {} : parseLeniently(json)
  return isJsonObject(input) ? input : {}
}

function parseLeniently(json: string): unknown {
  try {
    countMembers(json)
  } catch {
    // Nested so deep that neither of the two would be sure to come back.
    return {}
  }
  try {
    return JSON.parse(json)
  } catch {
    // Not JSON, or not all of it.
  }
  try {
    return parse(json, Allow.ALL)
  } catch {
    return {}
  }
}
