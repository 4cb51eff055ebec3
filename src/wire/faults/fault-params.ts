import * as z from 'zod'
import { FAULT_NAMES, FAULT_SCHEMA, type FaultRule } from '../../faults/fault.ts'
import { isJsonObject } from '../../util/json-object.ts'
import { parseJson } from '../../util/json-value.ts'
import { boolean, checkBody, dictionary, integer, invalidRequest, number, string } from '../body-schema.ts'

const WHEN = z.strictObject(
  {
    model: string.nullish(),
    path: string.nullish(),
    api_key_id: string.nullish(),
    test: string.nullish(),
    nth: integer.nullish(),
    share: number.nullish(),
    seed: integer.nullish(),
  },
  { error: dictionary },
)

const FAULT = z.strictObject(
  {
    fault: string,
    when: WHEN.nullish(),
    times: integer.nullish(),
    message: string.nullish(),
    retry_after_seconds: integer.nullish(),
    wait_ms: integer.nullish(),
    after_events: integer.nullish(),
    after_bytes: integer.nullish(),
    reset: boolean.nullish(),
    pings: boolean.nullish(),
    bytes_per_second: integer.nullish(),
    error: string.nullish(),
    share: number.nullish(),
    seed: integer.nullish(),
  },
  { error: dictionary },
)

/**
 * Reads the body of `POST /continuo/faults`.
 *
 * @throws CompletionError `invalid-request`
 */
export function parseFault(body: object): FaultRule {
  const { when, ...params } = checkBody(body, FAULT)
  const rule = { ...inCamelCase(params), ...(when == null ? {} : { when: inCamelCase(when) }) }
  const result = FAULT_SCHEMA.safeParse(rule)
  if (result.success) return result.data
  const [issue] = result.error.issues
  const place = issue?.path.map((name) => snakeCase(String(name))).join('.')
  const message = place === 'fault' ? `Input should be one of ${FAULT_NAMES.join(', ')}` : issue?.message
  throw invalidRequest(`${place}: ${message}`)
}

/**
 * Reads the header `x-continuo-fault`: the name of a fault, or the JSON of {@link parseFault}.
 *
 * @throws CompletionError `invalid-request`
 */
export function parseFaultHeader(text: string): FaultRule {
  const value = text.trimStart().startsWith('{') ? parseJson(text) : { fault: text.trim() }
  if (!isJsonObject(value)) throw invalidRequest('x-continuo-fault: Input should be a fault or a JSON object')
  return parseFault(value)
}

/** The members that are not null. */
function inCamelCase(params: object): object {
  return Object.fromEntries(
    Object.entries(params)
      .filter(([, value]) => value !== null && value !== undefined)
      .map(([name, value]) => [name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase()), value]),
  )
}

function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
}
