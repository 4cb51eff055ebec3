import type { CreatedApiKey } from '../../accounts/create-api-key.ts'
import { adminKeyBody, apiKeyBody } from './api-key-body.ts'

/** A new key with its secret, which no other response has. */
export function createdApiKeyBody({ key, secret }: CreatedApiKey): object {
  return { ...apiKeyBody(key), allowed_models: key.allowedModels, secret }
}

/** The same for an admin key. */
export function createdAdminKeyBody({ key, secret }: CreatedApiKey): object {
  return { ...adminKeyBody(key), secret }
}
