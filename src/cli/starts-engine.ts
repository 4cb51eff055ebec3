/** Commands that run a model in a process of their own, unless a configuration file says otherwise. */
const COMMANDS: readonly string[] = ['serve', 'complete']

/** Arguments with which no model is run, or with which it depends on files that are not read yet. */
const OTHERWISE = /^(-h|--help|--config|--config=.*|--models|--models=.*)$/

/** Whether a command line will need the engine's process, as far as it can be seen before anything is loaded. */
export function startsEngine(
  words: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): boolean {
  const [command = '', ...rest] = words
  return (
    COMMANDS.includes(command) &&
    !environment.CONTINUO_CONFIG &&
    !environment.CONTINUO_MODELS &&
    !rest.some((word) => OTHERWISE.test(word))
  )
}
