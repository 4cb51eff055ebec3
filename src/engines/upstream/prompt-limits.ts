import type { PromptLimits } from '../../completion/refuse-long-prompt.ts'
import type { UpstreamDialect } from './dialects/upstream-dialect.ts'
import type { UpstreamEngineSettings } from './dialects/upstream-settings.ts'

/** More than the longest tokens of all tokenizers in use: what a model elsewhere has is not told. */
const LONGEST_TOKEN_BYTES = 512

/** What a prompt has to fit, where an upstream's window is set. */
export function promptLimits(
  { contextWindowTokens }: Pick<UpstreamEngineSettings, 'contextWindowTokens'>,
  { promptShape }: Pick<UpstreamDialect, 'promptShape'>,
): PromptLimits {
  return {
    contextWindowTokens: contextWindowTokens ?? Number.POSITIVE_INFINITY,
    longestTokenBytes: LONGEST_TOKEN_BYTES,
    form: promptShape,
  }
}
