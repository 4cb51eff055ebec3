import { callApi } from '../call-api.ts'
import { promptRequest } from './prompt-request.ts'
import { textTurns } from './text-turns.ts'
import { fillVariables } from './variables.ts'
import type { WorkbenchPrompt } from './workbench-prompt.ts'

/** Fields of a request that have no part in its tokens, and which the count refuses. */
const UNCOUNTED = ['max_tokens', 'temperature', 'top_p', 'top_k', 'stop_sequences']

/** A turn without content is refused. */
function isWhole({ turns }: WorkbenchPrompt): boolean {
  return turns.every(({ text, attachments }) => text.trim() !== '' || attachments.length > 0)
}

/**
 * The input tokens of a prompt by one API. Those of Text Completions are the tokens of the conversation that its text
 * stands for.
 *
 * @returns null where the prompt is not whole yet, or the server cannot count it
 */
export async function countTokens(
  prompt: WorkbenchPrompt,
  {
    api,
    values,
  }: { readonly api: 'messages' | 'complete'; readonly values: Readonly<Record<string, string>> },
  signal: AbortSignal,
): Promise<number | null> {
  try {
    const body = api === 'complete' ? textBody(prompt, values) : messagesBody(prompt, values)
    if (body === null || prompt.model === '') return null
    const response = await callApi<{ inputTokens: number }>('/v1/messages/count_tokens', {
      ...{ body, isWireBody: true, signal },
    })
    return response.inputTokens
  } catch {
    return null
  }
}

function messagesBody(prompt: WorkbenchPrompt, values: Readonly<Record<string, string>>): object | null {
  if (!isWhole(prompt)) return null
  const { body } = promptRequest(prompt, { api: 'messages', model: prompt.model, values })
  return Object.fromEntries(Object.entries(body).filter(([name]) => !UNCOUNTED.includes(name)))
}

function textBody({ text, model }: WorkbenchPrompt, values: Readonly<Record<string, string>>): object | null {
  const conversation = textTurns(fillVariables(text, values))
  if (conversation === null) return null
  const { system, messages } = conversation
  return { model, messages, ...(system === '' ? {} : { system }) }
}
