/** A setting is wrong: the message is one line that names it and says what it may be. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
}
