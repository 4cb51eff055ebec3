import { ApiError } from '../../../wire/api-error.ts'

/** How much of an id an error repeats. */
const MAX_NAMED_ID_UNITS = 200

export function fileNotFound(id: string): ApiError {
  return new ApiError('file-not-found', `File \`${id.slice(0, MAX_NAMED_ID_UNITS)}\` not found.`)
}

export function fileExpired(id: string): ApiError {
  return new ApiError('file-expired', `File \`${id.slice(0, MAX_NAMED_ID_UNITS)}\` has expired.`)
}
