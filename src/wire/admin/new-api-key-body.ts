import type { CreatedApiKey } from '../../accounts/create-api-key.ts'
import { adminKeyBody, apiKeyDetailsBody } from './api-key-body.ts'

/** A new key with its secret, which no other response has. */
export function createdApiKeyBody({ key, secret }: CreatedApiKey): object {
  return { ...apiKeyDetailsBody(key), secret }
}

/** The same for an admin key. */
export function createdAdminKeyBody({ key, secret }: CreatedApiKey): object {
  return { ...adminKeyBody(key), secret }
}
