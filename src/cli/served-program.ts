import type { Config, EngineConfig } from '../config/config.ts'
import type { OpenEngine } from '../open-continuo.ts'

/** Programs for which `serve --for` chooses settings. */
export const SERVED_PROGRAMS = ['claude-code'] as const

/** A program for which `serve --for` chooses settings. */
export type ServedProgram = (typeof SERVED_PROGRAMS)[number]

/** Claude Code sends a second request beside its conversation, for titles and summaries. */
const CLAUDE_CODE_SEQUENCES = 2
/** Its system text and tools take 20,000 tokens, and its work as many. */
const CLAUDE_CODE_WINDOW_TOKENS = 32_768

/** The configuration with what suits a program, where no setting says otherwise. */
export function configFor(program: ServedProgram | undefined, config: Config): Config {
  const engine = config.engines.get(config.defaultEngine)
  if (program === undefined || engine === undefined) return config
  return { ...config, engines: new Map(config.engines).set(config.defaultEngine, engineFor(engine)) }
}

/** Memory goes into a large window for few requests. */
function engineFor(engine: EngineConfig): EngineConfig {
  if (engine.kind !== 'llama' || engine.settings.maxSequences !== 'auto') return engine
  return { ...engine, settings: { ...engine.settings, maxSequences: CLAUDE_CODE_SEQUENCES } }
}

/** What is wrong with an engine for a program; null if nothing is. */
export function programProblem(engine: Pick<OpenEngine, 'contextWindowTokens'> | undefined): string | null {
  if (engine === undefined || engine.contextWindowTokens >= CLAUDE_CODE_WINDOW_TOKENS) return null
  const tokens = (count: number) => count.toLocaleString('en-US')
  return `Claude Code needs a context window of ${tokens(CLAUDE_CODE_WINDOW_TOKENS)} tokens, but this model has ${tokens(engine.contextWindowTokens)}: use --kv-cache-type q8_0, a smaller model, or one that was trained on more.`
}

/** The commands that start a program with a server, one a line. */
export function programCommands(url: string, modelId: string, requiresKey: boolean): readonly string[] {
  return [
    `export ANTHROPIC_BASE_URL=${url}`,
    `export ANTHROPIC_API_KEY=${requiresKey ? '"$CONTINUO_API_KEY"' : 'any'}`,
    `export ANTHROPIC_MODEL='${modelId}' ANTHROPIC_DEFAULT_HAIKU_MODEL='${modelId}'`,
    'export CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC=1',
    'claude',
  ]
}
