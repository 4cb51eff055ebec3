import { InvalidArgumentError } from 'commander'
import { API_KEY_NAME } from '../wire/admin/api-key-params.ts'

/** Reads the name of a key, which has to be one that the Admin API takes. */
export function readKeyName(text: string): string {
  const { success, error } = API_KEY_NAME.safeParse(text)
  if (!success) throw new InvalidArgumentError(`${error.issues[0]?.message ?? 'Use another name'}.`)
  return text
}
