import * as z from 'zod'
import { checkBody, dictionary, invalidRequest, string } from '../body-schema.ts'

/** The longest path or name, in code units: longer than any that a system takes. */
const MAX_MODEL_UNITS = 4_096

const ADD = z.strictObject({ model: string }, { error: dictionary })

/**
 * Reads the body of `POST /continuo/engines`: a path or a name of a model.
 *
 * @throws CompletionError `invalid-request`
 */
export function parseAddedModel(body: object): string {
  const model = checkBody(body, ADD).model.trim()
  if (model === '') throw invalidRequest('model: Input should be a path or a name')
  if (model.length <= MAX_MODEL_UNITS) return model
  throw invalidRequest(`model: String should have at most ${MAX_MODEL_UNITS} characters`)
}
