import { text as readAll } from 'node:stream/consumers'
import { Command } from 'commander'
import * as z from 'zod'
import { CompletionError } from '../completion/completion-error.ts'
import type { CompletionRequest } from '../completion/completion-request.ts'
import type { Config, EngineConfig } from '../config/config.ts'
import { ConfigError } from '../config/config-error.ts'
import { resolveConfig } from '../config/resolve-config.ts'
import { type Continuo, startContinuo } from '../open-continuo.ts'
import { standardError } from '../util/standard-output.ts'
import { addConfigOption, addEngineOptions, type EngineFlags, engineSettings } from './engine-options.ts'
import { EXIT_FAILURE } from './explain-error.ts'
import { LoadingLine } from './loading-line.ts'
import { type PromptFlags, promptRequest } from './prompt-request.ts'
import { readFlag } from './setting-option.ts'
import { writeOutput } from './write-output.ts'

const EXIT_INTERRUPTED = 130

type CompleteFlags = EngineFlags & PromptFlags

/** `continuo complete`: writes one completion to standard output as it is generated. */
export function completeCommand(): Command {
  const command = new Command('complete')
    .description('Complete a prompt and print the result, without a server')
    .argument('[prompt]', 'A question. Without it, or with -, it is read from standard input')
    .option(
      '--no-wrap',
      'Send the prompt as it is: it contains its own "\\n\\nHuman:" and "\\n\\nAssistant:" turns',
    )
    .option('--system <text>', 'A system text before the question')
    .option(
      '--max-tokens <number>',
      'The maximum number of tokens to generate',
      readFlag(z.int().min(1)),
      1024,
    )
    .option(
      '--temperature <number>',
      'Randomness from 0 (always the likeliest token) to 1',
      readFlag(z.number().min(0).max(1)),
      1,
    )
    .option('--stop <text>', 'A stop sequence; repeatable', (stop: string, stops: readonly string[] = []) => [
      ...stops,
      stop,
    ])
  return addEngineOptions(addConfigOption(command)).action(completePrompt)
}

async function completePrompt(argument: string | undefined, flags: CompleteFlags): Promise<void> {
  const config = forOneRequest(
    resolveConfig(
      { configPath: flags.config, logLevel: 'error', state: 'none', engine: engineSettings(flags) },
      process.env,
    ),
  )
  const given = argument === undefined || argument === '-' ? await readInput() : argument
  if (given.trim() === '')
    throw new ConfigError('The prompt is empty: give it as an argument or on standard input.')
  const request = promptRequest(given, flags)
  const line = new LoadingLine(process.stderr)
  const { continuo, loaded } = await startContinuo(config, line.events).finally(() => line.clear())
  const interrupted = new AbortController()
  const interrupt = () => interrupted.abort()
  process.on('SIGINT', interrupt)
  try {
    await Promise.race([loaded, whenAborted(interrupted.signal)])
    line.clear()
    if (interrupted.signal.aborted) process.exitCode = EXIT_INTERRUPTED
    else await writeCompletion(continuo, { ...request, modelId: continuo.defaultModelId }, interrupted.signal)
  } finally {
    line.clear()
    process.off('SIGINT', interrupt)
    await continuo.close()
    await loaded.catch(() => undefined)
  }
}

/** Only the default engine is opened, for one request at a time. */
function forOneRequest(config: Config): Config {
  const { defaultEngine } = config
  const engine = config.engines.get(defaultEngine)
  if (engine === undefined) return config
  const models = new Map([...config.models].filter(([, model]) => model.engine === defaultEngine))
  return { ...config, models, engines: new Map([[defaultEngine, withOneSequence(engine)]]) }
}

function withOneSequence(engine: EngineConfig): EngineConfig {
  if (engine.kind !== 'llama' || engine.settings.maxSequences !== 'auto') return engine
  return { ...engine, settings: { ...engine.settings, maxSequences: 1 } }
}

function readInput(): Promise<string> {
  if (process.stdin.isTTY) {
    standardError().write('Type the prompt, then press Ctrl-D:\n')
    standardError().flush()
  }
  return readAll(process.stdin)
}

async function writeCompletion(
  continuo: Continuo,
  request: CompletionRequest,
  signal: AbortSignal,
): Promise<void> {
  // Ctrl-C ends this even if the reader of standard output has stopped reading.
  const interrupted = whenAborted(signal)
  const write = (text: string) => Promise.race([writeOutput(text), interrupted])
  let isFirst = true
  try {
    for await (const events of continuo.complete(request, signal)) {
      const text = events.map((event) => (event.type === 'text-delta' ? event.text : '')).join('')
      // The space after `Assistant:` is of no use on a terminal.
      await write(isFirst ? text.replace(/^ /, '') : text)
      isFirst &&= text === ''
    }
    await write('\n')
  } catch (error) {
    if (!(error instanceof CompletionError)) throw error
    if (!isFirst) process.stdout.write('\n')
    if (error.code === 'cancelled') {
      process.exitCode = EXIT_INTERRUPTED
    } else {
      standardError().write(`continuo: ${error.message}\n`)
      process.exitCode = EXIT_FAILURE
    }
  }
}

function whenAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }))
}
