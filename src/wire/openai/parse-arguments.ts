import { isJsonObject, type JsonObject } from '../../util/json-object.ts'
import { invalidRequest } from '../body-schema.ts'
import { JsonDefectError } from '../json-defect-error.ts'
import { type BodyCosts, parseJsonText } from '../parse-json-text.ts'

/**
 * Parses the arguments of a call, JSON within JSON: their members count as the body's, and may nest as deeply. An empty
 * text is an empty object.
 *
 * @throws CompletionError `invalid-request` for what is no JSON object
 */
export async function parseArguments(json: string, place: string, costs: BodyCosts): Promise<JsonObject> {
  if (json.trim() === '') return {}
  const value = await parsed(json, costs)
  if (isJsonObject(value)) return value
  throw invalidRequest(`${place}: Input should be the JSON of an object`)
}

async function parsed(json: string, costs: BodyCosts): Promise<unknown> {
  try {
    return await parseJsonText(json, costs)
  } catch (error) {
    if (error instanceof JsonDefectError) return undefined
    throw error
  }
}
