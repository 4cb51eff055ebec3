/** What a program needs of this machine; everything else would let somebody's own settings in. */
const NAMES = ['PATH', 'HOME', 'TMPDIR', 'JAVA_HOME', 'LANG']

/** An environment without the `ANTHROPIC_…` variables and proxies of whoever runs the proof: clients read them. */
export function programEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(NAMES.map((name) => [name, process.env[name]]))
}
