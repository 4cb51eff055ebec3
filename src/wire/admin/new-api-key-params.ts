import * as z from 'zod'
import type { ApiKeyChange } from '../../accounts/api-key.ts'
import type { NewApiKey } from '../../accounts/create-api-key.ts'
import {
  checkBody,
  dictionary,
  invalidRequest,
  listOf,
  modelId,
  nonEmptyString,
  string,
} from '../body-schema.ts'
import { API_KEY_CHANGE, API_KEY_NAME } from './api-key-params.ts'

/** Whether there is a model with an id or alias. */
export type HasModel = (id: string) => boolean

/** Most models that a key may be restricted to. */
const MAX_ALLOWED_MODELS = 100

/** RFC 3339: a date, a time, and how far it is from UTC. */
const TIME = string
  .refine(
    (text) =>
      /^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:[Zz]|[+-]\d\d:\d\d)$/.test(text) &&
      !Number.isNaN(Date.parse(text)),
    'Input should be a time such as "2027-03-01T00:00:00Z"',
  )
  .transform((text) => Date.parse(text))

const MODELS = listOf(modelId, MAX_ALLOWED_MODELS)

const NEW_ADMIN_KEY = z.strictObject(
  { name: API_KEY_NAME, expires_at: TIME.nullish() },
  { error: dictionary },
)
const NEW_API_KEY = z.strictObject(
  {
    name: API_KEY_NAME,
    expires_at: TIME.nullish(),
    workspace_id: nonEmptyString.nullish(),
    principal_id: nonEmptyString.nullish(),
    allowed_models: MODELS.nullish(),
  },
  { error: dictionary },
)

const DETAILS_CHANGE = z.strictObject(
  { ...API_KEY_CHANGE, allowed_models: MODELS.nullish() },
  { error: dictionary },
)

/** Reads the body of `POST /continuo/api_keys/{id}`; `allowed_models` of null allows all models. */
export function parseApiKeyDetailsChange(body: object, hasModel: HasModel): ApiKeyChange {
  const { name, status, allowed_models: allowedModels } = checkBody(body, DETAILS_CHANGE)
  checkModels(allowedModels ?? [], hasModel)
  return { name: name ?? undefined, status: status ?? undefined, allowedModels }
}

/** Reads the body of `POST /continuo/api_keys`. */
export function parseNewApiKey(body: object, hasModel: HasModel): Omit<NewApiKey, 'kind'> {
  const {
    name,
    expires_at: expiresAt,
    workspace_id: workspaceId,
    principal_id: principalId,
    allowed_models: allowedModels,
  } = checkBody(body, NEW_API_KEY)
  checkModels(allowedModels ?? [], hasModel)
  return {
    name,
    expiresAt: expiresAt ?? undefined,
    workspaceId,
    principalId: principalId ?? undefined,
    allowedModels: allowedModels ?? undefined,
  }
}

function checkModels(ids: readonly string[], hasModel: HasModel): void {
  for (const [index, id] of ids.entries()) {
    if (!hasModel(id))
      throw invalidRequest(`allowed_models.${index}: there is no model "${id}"; see /v1/models`)
  }
}

/** Reads the body of `POST /continuo/admin_keys`. */
export function parseNewAdminKey(body: object): Omit<NewApiKey, 'kind'> {
  const { name, expires_at: expiresAt } = checkBody(body, NEW_ADMIN_KEY)
  return { name, expiresAt: expiresAt ?? undefined }
}
