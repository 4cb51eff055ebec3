import type { BatchResult } from '../../batches/batch-results.ts'
import { describeError, errorBody } from '../error-body.ts'

/** A result that succeeded. `body` is that of the response, as it would have been sent. */
export function succeededJson(body: string | Uint8Array, field: 'message' | 'completion'): Uint8Array {
  return wrapped(`{"type":"succeeded","${field}":`, body)
}

/** A result that failed. `error` is the envelope, as it would have been sent. */
export function erroredJson(error: string | Uint8Array): Uint8Array {
  return wrapped('{"type":"errored","error":', error)
}

/** The result of a request to which there never was a response. */
export function failedJson(error: Error): Uint8Array {
  return erroredJson(JSON.stringify({ ...errorBody(describeError(error), ''), request_id: null }))
}

/** The line of a request in the results of its batch, with the line end. @see the API's reference, "Retrieve Message Batch results" */
export function resultLine({ customId, state, result }: BatchResult): Uint8Array {
  const start = Buffer.from(`{"custom_id":${JSON.stringify(customId)},"result":`)
  return Buffer.concat([start, result ?? Buffer.from(`{"type":"${state}"}`), LINE_END])
}

const LINE_END = Buffer.from('}\n')

function wrapped(start: string, json: string | Uint8Array): Uint8Array {
  return Buffer.concat([Buffer.from(start), typeof json === 'string' ? Buffer.from(json) : json, CLOSING])
}

const CLOSING = Buffer.from('}')
