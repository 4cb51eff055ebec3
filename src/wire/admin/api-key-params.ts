import * as z from 'zod'
import { API_KEY_STATUSES, type ApiKeyChange, type ApiKeyFilter } from '../../accounts/api-key.ts'
import { checkBody, dictionary, nameUpTo, oneOf } from '../body-schema.ts'
import { readChoice } from './read-query.ts'

/** @see the Admin API's schema of 2025 */
const MAX_NAME_CHARACTERS = 500

/** A key's name. */
export const API_KEY_NAME = nameUpTo(MAX_NAME_CHARACTERS)

/** The fields of a key that the API changes; null keeps the value. */
export const API_KEY_CHANGE = {
  name: API_KEY_NAME.nullish(),
  status: oneOf(['active', 'inactive', 'archived']).nullish(),
}
const UPDATE = z.strictObject(API_KEY_CHANGE, { error: dictionary })

/** Reads the body of `POST /v1/organizations/api_keys/{id}`. */
export function parseApiKeyChange(body: object): ApiKeyChange {
  const { name, status } = checkBody(body, UPDATE)
  return { name: name ?? undefined, status: status ?? undefined }
}

/** Reads the filters of `GET /v1/organizations/api_keys`. */
export function readApiKeyFilter(query: URLSearchParams): Omit<ApiKeyFilter, 'kind'> {
  return {
    status: readChoice(query, 'status', API_KEY_STATUSES),
    workspaceId: query.get('workspace_id') ?? undefined,
    createdBy: query.get('created_by_user_id') ?? undefined,
  }
}
