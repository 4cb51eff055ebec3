import * as z from 'zod'
import { checkBody, dictionary, string } from '../body-schema.ts'

const ADD = z.strictObject({ model: string }, { error: dictionary })

/**
 * Reads the body of `POST /continuo/engines`: a path or a name of a model.
 *
 * @throws CompletionError `invalid-request`
 */
export function parseAddedModel(body: object): string {
  return checkBody(body, ADD).model.trim()
}
