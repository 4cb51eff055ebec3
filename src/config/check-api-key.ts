import { ConfigError } from './config-error.ts'

/**
 * Checks that an API key can be sent in a header. An empty key would let in no client, or all of them, and clients
 * disagree on how to encode characters beyond ASCII.
 *
 * @param place where the key was found; the error names it and never shows the key
 * @throws ConfigError
 */
export function checkApiKey(key: string, place: string): string {
  if (key.trim() === '') throw new ConfigError(`${place} is empty: set a key or remove it.`)
  if (!/^[\x20-\x7e]*$/.test(key)) {
    throw new ConfigError(
      `${place} contains a character that cannot be sent in a header: use printable ASCII characters.`,
    )
  }
  if (key !== key.trim()) throw new ConfigError(`${place} starts or ends with a space: remove it.`)
  return key
}

/**
 * The keys in an environment variable, separated by commas; none if it is not set.
 *
 * @throws ConfigError if it is set and one of them cannot be a key
 */
export function separatedKeys(keys: string | undefined, variable: string): string[] {
  if (keys === undefined) return []
  const entries = keys.split(',').map((key) => key.trim())
  if (entries.length === 1) return [checkApiKey(keys.trim(), `The environment variable ${variable}`)]
  return entries.map((key, index) =>
    checkApiKey(key, `Key ${index + 1} in the environment variable ${variable}`),
  )
}
