import { Command, CommanderError } from 'commander'
import { CompletionError } from '../completion/completion-error.ts'
import { EngineLoadError } from '../completion/engine-load-error.ts'
import { ConfigError } from '../config/config-error.ts'
import { ListenError } from '../http/server/listen-error.ts'
import { packageVersion } from '../util/package-version.ts'
import { standardError, standardOutput } from '../util/standard-output.ts'
import { completeCommand } from './complete-command.ts'
import { modelsCommand } from './models-command.ts'
import { serveCommand } from './serve-command.ts'
import { OutputError } from './write-output.ts'

/** Something failed: a port is in use, a model file is broken. */
const EXIT_FAILURE = 1
/** The command line or the configuration is wrong. */
const EXIT_USAGE = 2

/**
 * Runs the command line `continuo …`.
 *
 * @param words the arguments after the program's name
 * @returns the exit code: 0; 1 when something failed; 2 when the command line or the configuration is wrong
 */
export async function run(words: readonly string[]): Promise<number> {
  const program = new Command('continuo')
    .description(
      'Serve the Claude API (Text Completions and Messages) and the OpenAI API from models of your own.',
    )
    .version(packageVersion())
    .exitOverride()
    .configureOutput({
      writeOut: (text) => standardOutput().write(text),
      writeErr: (text) => standardError().write(text),
      outputError: (text, write) => write(text.replace(/^error: /, 'continuo: ')),
    })
    .showSuggestionAfterError(true)
  for (const command of [serveCommand(), completeCommand(), modelsCommand()]) {
    program.addCommand(command.exitOverride().copyInheritedSettings(program))
  }
  try {
    if (words.length === 0) {
      program.outputHelp()
      return 0
    }
    await program.parseAsync([...words], { from: 'user' })
    return Number(process.exitCode ?? 0)
  } catch (error) {
    return explain(error)
  }
}

/** Expected errors are one line; anything else is a defect and shows where it came from. */
function explain(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : EXIT_USAGE
  if (error instanceof ConfigError || error instanceof CompletionError) return complain(error, EXIT_USAGE)
  if (error instanceof EngineLoadError || error instanceof ListenError) return complain(error, EXIT_FAILURE)
  if (error instanceof OutputError) return error.isReaderGone ? 0 : complain(error, EXIT_FAILURE)
  throw error
}

function complain(error: Error, exitCode: number): number {
  standardError().write(`continuo: ${error.message}\n`)
  return exitCode
}
