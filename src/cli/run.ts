import { Command } from 'commander'
import { packageVersion } from '../util/package-version.ts'
import { standardError, standardOutput } from '../util/standard-output.ts'
import { explainError } from './explain-error.ts'

/** The commands by name, in the order of the help. Each loads only what it needs. */
const COMMANDS: Readonly<Record<string, (program: Command) => Promise<Command>>> = {
  serve: async () => (await import('./serve-command.ts')).serveCommand(),
  complete: async () => (await import('./complete-command.ts')).completeCommand(),
  models: async () => (await import('./models-command.ts')).modelsCommand(),
  pull: async () => (await import('./pull-command.ts')).pullCommand(),
  doctor: async () => (await import('./doctor-command.ts')).doctorCommand(),
  completion: async (program) => (await import('./completion-command.ts')).completionCommand(program),
  key: async () => (await import('./key-command.ts')).keyCommand(),
  'admin-key': async () => (await import('./key-command.ts')).adminKeyCommand(),
  user: async () => (await import('./user-command.ts')).userCommand(),
  usage: async () => (await import('./usage-command.ts')).usageCommand(),
  batch: async () => (await import('./batch-command.ts')).batchCommand(),
  files: async () => (await import('./files-command.ts')).filesCommand(),
  recordings: async () => (await import('./recordings-command.ts')).recordingsCommand(),
  state: async () => (await import('./state-command.ts')).stateCommand(),
}
/** It describes all the others. */
const COMPLETION = 'completion'

/**
 * Runs the command line `continuo …`.
 *
 * @param words the arguments after the program's name
 * @returns the exit code: 0; 1 when something failed; 2 when the command line or the configuration is wrong
 */
export async function run(words: readonly string[]): Promise<number> {
  const program = new Command('continuo')
    .description(
      'Serve the Claude API (Messages and Text Completions) and the OpenAI API from your own models.',
    )
    .version(packageVersion(), '-v, --version', 'Print the version')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => standardOutput().write(text),
      writeErr: (text) => standardError().write(text),
      outputError: (text, write) => write(text.replace(/^error: /, 'continuo: ')),
    })
    .showSuggestionAfterError(true)
    .showHelpAfterError(seeHelp('continuo'))
  for (const name of neededCommands(words)) {
    const command = await COMMANDS[name]?.(program)
    if (command === undefined) continue
    program.addCommand(inherited(command, program))
    unsetEmptyVariables(command, process.env)
  }
  try {
    if (words.length === 0) {
      program.outputHelp()
      return 0
    }
    await program.parseAsync([...words], { from: 'user' })
    return Number(process.exitCode ?? 0)
  } catch (error) {
    const explained = explainError(error)
    if (explained === null) throw error
    if (explained.message !== null) standardError().write(`continuo: ${explained.message}\n`)
    return explained.exitCode
  }
}

/** The command that is asked for; all of them for anything about several. */
function neededCommands([name = '']: readonly string[]): readonly string[] {
  return Object.hasOwn(COMMANDS, name) && name !== COMPLETION ? [name] : Object.keys(COMMANDS)
}

/** A variable of a flag that is empty counts as not set: Compose files and units pass on variables that are not set. */
function unsetEmptyVariables(command: Command, environment: NodeJS.ProcessEnv): void {
  for (const { envVar } of command.options) {
    if (envVar !== undefined && environment[envVar] === '') delete environment[envVar]
  }
}

/** Gives a command and those inside it the settings of their parent. */
function inherited(command: Command, parent: Command, parentName = parent.name()): Command {
  const name = `${parentName} ${command.name()}`
  command.exitOverride().copyInheritedSettings(parent).showHelpAfterError(seeHelp(name))
  for (const inner of command.commands) inherited(inner as Command, command, name)
  return command
}

function seeHelp(name: string): string {
  return `See ${name} --help.`
}
