import { callApi } from '../call-api.ts'
import { promptRequest } from './prompt-request.ts'
import type { WorkbenchPrompt } from './workbench-prompt.ts'

/** Fields of a request that have no part in its tokens, and which the count refuses. */
const UNCOUNTED = ['max_tokens', 'temperature', 'top_p', 'top_k', 'stop_sequences']

/** A turn without content is refused. */
function isWhole({ turns }: WorkbenchPrompt): boolean {
  return turns.every(({ text, attachments }) => text.trim() !== '' || attachments.length > 0)
}

/**
 * The input tokens of a prompt.
 *
 * @returns null where the API cannot count: a prompt of Text Completions, or one that is not whole yet
 */
export async function countTokens(
  prompt: WorkbenchPrompt,
  values: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<number | null> {
  if (prompt.api === 'complete' || prompt.model === '' || !isWhole(prompt)) return null
  try {
    const { body } = promptRequest(prompt, { api: 'messages', model: prompt.model, values })
    const counted = Object.fromEntries(Object.entries(body).filter(([name]) => !UNCOUNTED.includes(name)))
    const response = await callApi<{ inputTokens: number }>('/v1/messages/count_tokens', {
      ...{ body: counted, isWireBody: true, signal },
    })
    return response.inputTokens
  } catch {
    return null
  }
}
