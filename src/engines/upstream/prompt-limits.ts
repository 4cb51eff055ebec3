import type { PromptLimits } from '../../completion/refuse-long-prompt.ts'
import type { RequestEncoder } from './dialects/upstream-dialect.ts'
import type { UpstreamSettings } from './dialects/upstream-settings.ts'

/** More than the longest token of any tokenizer in use: an upstream does not report its own. */
const LONGEST_TOKEN_BYTES = 512

/** The limits of a prompt; there is none where the settings name no context window. */
export function promptLimits(
  { contextWindowTokens }: Pick<UpstreamSettings, 'contextWindowTokens'>,
  { promptShape }: Pick<RequestEncoder, 'promptShape'>,
): PromptLimits {
  return {
    contextWindowTokens: contextWindowTokens ?? Number.POSITIVE_INFINITY,
    longestTokenBytes: LONGEST_TOKEN_BYTES,
    promptShape,
  }
}
