import type { SamplingParams } from '../../../../completion/completion-request.ts'
import type { OnWarning } from '../../decoding/response-decoder.ts'
import type { ClaudeServer } from './claude-servers.ts'

/** The smallest top-p that is allowed with thinking. */
const MIN_THINKING_TOP_P = 0.95

/** What decides about sampling parameters, besides the request. */
export interface ClaudeSamplingOptions {
  readonly sampling: ClaudeServer['sampling']
  readonly server: ClaudeServer
  readonly isThinkingEnabled: boolean
  readonly onWarning: OnWarning
}

/**
 * Sampling parameters. Values that are Claude's defaults are left out: newer models refuse these fields, some even at
 * their defaults. For models that take all of them all are sent, because other servers have other defaults. What the
 * model refuses is left out with a warning.
 */
export function claudeSampling(
  params: SamplingParams,
  options: ClaudeSamplingOptions,
): Readonly<Record<string, number>> {
  const fields = options.sampling === 'all' ? allFields(params, options.server) : nonDefaultFields(params)
  const byModel = refusedFields(options.sampling, fields)
  if (byModel.length > 0) {
    options.onWarning(
      `${byModel.join(', ')}: requested, but refused by the model: left out ("sampling": "${options.sampling}")`,
    )
  }
  const byThinking =
    options.isThinkingEnabled && options.server.refusesSamplingWithThinking
      ? Object.keys(fields).filter((name) => !byModel.includes(name) && isRefusedWithThinking(name, fields))
      : []
  if (byThinking.length > 0) {
    options.onWarning(`${byThinking.join(', ')}: requested, but refused with thinking: left out`)
  }
  const refused = new Set([...byModel, ...byThinking])
  return Object.fromEntries(Object.entries(fields).filter(([name]) => !refused.has(name)))
}

function allFields({ temperature, topP, topK }: SamplingParams, { topKOff }: ClaudeServer) {
  const cut = topK === null || topK === 0 ? topKOff : topK
  return { temperature, top_p: topP ?? 1, ...(cut === null ? {} : { top_k: cut }) }
}

function nonDefaultFields({ temperature, topP, topK }: SamplingParams): Record<string, number> {
  return {
    ...(temperature === 1 ? {} : { temperature }),
    ...(topP === null || topP === 1 ? {} : { top_p: topP }),
    ...(topK === null || topK === 0 ? {} : { top_k: topK }),
  }
}

/** With thinking the API demands a temperature of 1, a top-p close to 1 and no top-k. */
function isRefusedWithThinking(name: string, fields: Readonly<Record<string, number>>): boolean {
  const value = fields[name] ?? 1
  if (name === 'top_p') return value < MIN_THINKING_TOP_P
  return name === 'top_k' || value !== 1
}

function refusedFields(sampling: ClaudeServer['sampling'], fields: object): string[] {
  switch (sampling) {
    case 'all':
      return []
    case 'one':
      return 'temperature' in fields && 'top_p' in fields ? ['top_p'] : []
    case 'none':
      return Object.keys(fields)
  }
}
