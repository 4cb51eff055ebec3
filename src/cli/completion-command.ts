import { Argument, Command } from 'commander'
import { writeOutput } from './write-output.ts'

const SHELLS = ['bash', 'zsh', 'fish'] as const
type Shell = (typeof SHELLS)[number]

/** Words that a shell completes after the name of a command. */
interface CompletedCommand {
  readonly name: string
  readonly description: string
  readonly words: readonly string[]
  readonly flags: readonly { readonly name: string; readonly description: string }[]
}

/** `continuo completion`: a script by which a shell completes commands and flags. */
export function completionCommand(program: Command): Command {
  return new Command('completion')
    .description('Print a script by which a shell completes commands and flags')
    .addArgument(new Argument('<shell>').choices(SHELLS))
    .addHelpText('after', '\nFor example: source <(continuo completion bash)')
    .action((shell: Shell) => writeOutput(completionScript(shell, program)))
}

/** The script for a shell, from the commands of a program. */
export function completionScript(shell: Shell, program: Command): string {
  const commands = program.commands.map(completedCommand)
  if (shell === 'fish') return fishScript(commands)
  const script = bashScript(commands)
  return shell === 'bash' ? script : `autoload -U +X bashcompinit && bashcompinit\n${script}`
}

function completedCommand(command: Command): CompletedCommand {
  const options = command.options.flatMap(({ long, description }) =>
    long === undefined || long === null ? [] : [{ name: long, description }],
  )
  return {
    name: command.name(),
    description: command.description(),
    words: command.commands.map((inner) => inner.name()),
    flags: [...options, { name: '--help', description: 'Show the help' }],
  }
}

function bashScript(commands: readonly CompletedCommand[]): string {
  const cases = commands.map(
    ({ name, words, flags }) =>
      `    ${name}) words='${[...words, ...flags.map((flag) => flag.name)].join(' ')}' ;;`,
  )
  return `_continuo() {
  local words='${commands.map(({ name }) => name).join(' ')} --help --version'
  if [ "$COMP_CWORD" -gt 1 ]; then
    case "\${COMP_WORDS[1]}" in
${cases.join('\n')}
    esac
  fi
  COMPREPLY=($(compgen -W "$words" -- "\${COMP_WORDS[COMP_CWORD]}"))
}
complete -o default -F _continuo continuo
`
}

function fishScript(commands: readonly CompletedCommand[]): string {
  const lines = commands.flatMap(({ name, description, words, flags }) => {
    const inCommand = `complete -c continuo -n '__fish_seen_subcommand_from ${name}'`
    return [
      `complete -c continuo -n __fish_use_subcommand -a ${name} -d ${quoted(description)}`,
      ...words.map((word) => `${inCommand} -a ${word}`),
      ...flags.map((flag) => `${inCommand} -l ${flag.name.slice(2)} -d ${quoted(flag.description)}`),
    ]
  })
  return `${lines.join('\n')}\n`
}

function quoted(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`
}
