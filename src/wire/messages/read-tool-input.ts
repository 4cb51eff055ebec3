import { Allow, parse } from 'partial-json'
import { isJsonObject } from '../../util/json-object.ts'
import { countMembers } from '../parse-json-text.ts'

/** Longer numbers may not be exact in JavaScript. */
const LONG_NUMBER = /\d{16}|[eE]/

/** Of newer JavaScript than TypeScript's library knows. */
const { rawJSON } = JSON as unknown as { rawJSON: (text: string) => unknown }

/**
 * Parses the input of a tool call. Integers that JavaScript cannot hold keep their digits: `JSON.stringify` writes them as
 * they are. Of input that was cut off by a limit, it keeps what is complete.
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
    return LONG_NUMBER.test(json) ? (JSON.parse(json, keepDigits as Reviver) as unknown) : JSON.parse(json)
  } catch {
    // Not JSON, or not all of it.
  }
  try {
    return parse(json, Allow.ALL)
  } catch {
    return {}
  }
}

type Reviver = (key: string, value: unknown) => unknown

function keepDigits(_key: string, value: unknown, { source }: { source?: string }): unknown {
  const isExact = typeof value !== 'number' || Math.abs(value) <= Number.MAX_SAFE_INTEGER
  return isExact || source === undefined ? value : rawJSON(source)
}
