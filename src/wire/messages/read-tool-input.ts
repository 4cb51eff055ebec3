import { Allow, parse } from 'partial-json'
import { isJsonObject } from '../../util/json-object.ts'
import { countMembers } from '../parse-json-text.ts'

/**
 * Parses the input of a tool call. Of input that was cut off by a limit, it keeps what is complete.
 *
 * @param json empty for a tool without parameters
 */
export function readToolInput(json: string): object {
  const input = json.trim() === '' ? {} : parseLeniently(json)
  return isJsonObject(input) ? input : {}
}

function parseLeniently(json: string): unknown {
  try {
    countMembers(json)
  } catch {
    // Nested too deeply for either parser.
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
