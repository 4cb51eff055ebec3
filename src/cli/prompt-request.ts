import { type CompletionRequest, NO_TOOLS_OR_THINKING } from '../completion/completion-request.ts'
import { ASSISTANT_MARKER, HUMAN_MARKER, parsePrompt } from '../completion/human-assistant-prompt.ts'

/** Flags of `continuo complete` that shape its request. */
export interface PromptFlags {
  /** Whether the prompt is a plain question, without turns of its own. */
  readonly wrap: boolean
  readonly system?: string
  readonly maxTokens: number
  readonly temperature: number
  readonly stop?: readonly string[]
}

/**
 * The request for a prompt from the command line. A plain question becomes one user turn.
 *
 * @throws CompletionError `invalid-prompt` when the turns of the prompt are malformed
 */
export function promptRequest(text: string, flags: PromptFlags): Omit<CompletionRequest, 'modelId'> {
  const { system = '', stop = [] } = flags
  const turns = flags.wrap ? `${HUMAN_MARKER} ${text.trim()}${ASSISTANT_MARKER}` : text
  return {
    prompt: parsePrompt(system + turns, { literalNewlineMarkers: true, startErrorFormat: 'long' }),
    maxTokens: flags.maxTokens,
    stopSequences: [HUMAN_MARKER, ...stop.filter((sequence) => sequence !== '')],
    sampling: { temperature: flags.temperature, topP: null, topK: null },
    ...NO_TOOLS_OR_THINKING,
  }
}
