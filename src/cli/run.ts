import { Command } from 'commander'
import { packageVersion } from '../util/package-version.ts'
import { standardError, standardOutput } from '../util/standard-output.ts'
import { batchCommand } from './batch-command.ts'
import { completeCommand } from './complete-command.ts'
import { completionCommand } from './completion-command.ts'
import { doctorCommand } from './doctor-command.ts'
import { explainError } from './explain-error.ts'
import { filesCommand } from './files-command.ts'
import { adminKeyCommand, keyCommand } from './key-command.ts'
import { modelsCommand } from './models-command.ts'
import { pullCommand } from './pull-command.ts'
import { recordingsCommand } from './recordings-command.ts'
import { serveCommand } from './serve-command.ts'
import { stateCommand } from './state-command.ts'
import { usageCommand } from './usage-command.ts'

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
  for (const command of [
    serveCommand(),
    completeCommand(),
    modelsCommand(),
    pullCommand(),
    doctorCommand(),
    completionCommand(program),
    keyCommand(),
    adminKeyCommand(),
    usageCommand(),
    batchCommand(),
    filesCommand(),
    recordingsCommand(),
    stateCommand(),
  ]) {
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

/** A variable of a flag that is empty counts as not set: Compose files and units pass on variables that are not set. */
function unsetEmptyVariables(command: Command, environment: NodeJS.ProcessEnv): void {
  for (const { envVar } of command.options) {
    if (envVar !== undefined && environment[envVar] === '') delete environment[envVar]
  }
}

/** Gives a command and those inside it the settings of their parent. */
function inherited(command: Command, parent: Command): Command {
  command.exitOverride().copyInheritedSettings(parent)
  for (const inner of command.commands) inherited(inner as Command, command)
  return command
}
