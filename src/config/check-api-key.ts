import { ConfigError } from './config-error.ts'

/**
 * Holds a key to what can come in a header: an empty one would let nobody in, or everybody, and of characters beyond
 * ASCII no two clients send the same bytes.
 *
 * @param place where it is said; the key itself is not shown
 * @throws ConfigError
 */
export function checkApiKey(key: string, place: string): string {
  if (key.trim() === '') {
    throw new ConfigError(`${place} is empty: say a key, or leave it out.`)
  }
  if (!/^[\x20-\x7e]*$/.test(key)) {
    throw new ConfigError(
      `${place} holds a character that no header carries safely: use letters, digits and signs of ASCII.`,
    )
  }
  if (key !== key.trim()) {
    throw new ConfigError(`${place} begins or ends with a space, which no header carries.`)
  }
  return key
}

/**
 * The keys in an environment variable, separated by commas; none where it is not set.
 *
 * @throws ConfigError where it is set and one of them is empty
 */
export function separatedKeys(keys: string | undefined, variable: string): string[] {
  if (keys === undefined) return []
  const entries = keys.split(',').map((key) => key.trim())
  if (entries.length === 1) return [checkApiKey(keys.trim(), `The environment variable ${variable}`)]
  return entries.map((key, index) =>
    checkApiKey(key, `Key ${index + 1} in the environment variable ${variable}`),
  )
}
