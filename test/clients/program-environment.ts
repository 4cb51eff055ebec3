/** The variables that a program needs; others might contain settings of the user. */
const NAMES = ['PATH', 'HOME', 'TMPDIR', 'JAVA_HOME', 'LANG']

/** An environment without the user's `ANTHROPIC_…` variables and proxies, which clients read. */
export function programEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(NAMES.map((name) => [name, process.env[name]]))
}
