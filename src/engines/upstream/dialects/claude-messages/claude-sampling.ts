import type { SamplingParams } from '../../../../completion/completion-request.ts'
import { OPENAI_SERVERS } from '../openai/openai-servers.ts'
import type { OnWarning } from '../upstream-dialect.ts'
import type { ClaudeSampling, OpenAiServerName } from '../upstream-settings.ts'

/** The least top-p beside thoughts. */
const MIN_THINKING_TOP_P = 0.95

/** What decides about sampling parameters beside the caller. */
export interface ClaudeSamplingOptions {
  readonly sampling: ClaudeSampling
  /** `llama-server`, or Claude and those who do as Claude does. */
  readonly server: OpenAiServerName
  /** Whether the model is asked to think. */
  readonly isThinkingEnabled: boolean
  readonly onWarning: OnWarning
}

/**
 * How the next token is drawn. What is Claude's default is left out: newer models refuse these fields, some of them also
 * at their defaults. Where all are taken they are said, because other servers that speak as Claude have other defaults.
 * What is refused is left out with a remark.
 */
export function claudeSampling(
  params: SamplingParams,
  options: ClaudeSamplingOptions,
): Readonly<Record<string, number>> {
  const said = options.sampling === 'all' ? allFields(params, options.server) : fieldsBesideDefaults(params)
  const byModel = refusedFields(options.sampling, said)
  if (byModel.length > 0) {
    options.onWarning(
      `${byModel.join(', ')}: asked for by a caller, refused by the model, left out ("sampling": "${options.sampling}")`,
    )
  }
  const byThinking =
    options.isThinkingEnabled && options.server !== 'llama-server'
      ? Object.keys(said).filter((name) => !byModel.includes(name) && isRefusedWithThinking(name, said))
      : []
  if (byThinking.length > 0) {
    options.onWarning(`${byThinking.join(', ')}: asked for by a caller, refused beside thoughts, left out`)
  }
  const refused = new Set([...byModel, ...byThinking])
  return Object.fromEntries(Object.entries(said).filter(([name]) => !refused.has(name)))
}

function allFields({ temperature, topP, topK }: SamplingParams, server: OpenAiServerName) {
  const { topKOff } = OPENAI_SERVERS[server]
  const cut = topK === null || topK === 0 ? topKOff : topK
  return { temperature, top_p: topP ?? 1, ...(cut === null ? {} : { top_k: cut }) }
}

function fieldsBesideDefaults({ temperature, topP, topK }: SamplingParams): Record<string, number> {
  return {
    ...(temperature === 1 ? {} : { temperature }),
    ...(topP === null || topP === 1 ? {} : { top_p: topP }),
    ...(topK === null || topK === 0 ? {} : { top_k: topK }),
  }
}

/** Beside thoughts the API wants a temperature of 1, hardly any nucleus and no top-k. */
function isRefusedWithThinking(name: string, said: Readonly<Record<string, number>>): boolean {
  const value = said[name] ?? 1
  if (name === 'top_p') return value < MIN_THINKING_TOP_P
  return name === 'top_k' || value !== 1
}

function refusedFields(sampling: ClaudeSampling, said: object): string[] {
  switch (sampling) {
    case 'all':
      return []
    case 'one':
      return 'temperature' in said && 'top_p' in said ? ['top_p'] : []
    case 'none':
      return Object.keys(said)
  }
}
