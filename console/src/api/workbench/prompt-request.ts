import { fillVariables } from './variables.ts'
import type { Attachment, PromptSettings, Turn, WorkbenchPrompt } from './workbench-prompt.ts'

/** A request of the API, as it is sent. */
export interface PromptRequest {
  readonly path: '/v1/messages' | '/v1/complete'
  readonly body: Readonly<Record<string, unknown>>
}

/** What is wrong with a prompt before it is sent. */
export class PromptProblem extends Error {
  override readonly name = 'PromptProblem'
}

/**
 * The request that a prompt makes with some values.
 *
 * @throws PromptProblem when a field is not what it must be
 */
export function promptRequest(
  prompt: WorkbenchPrompt,
  {
    api,
    model,
    values,
  }: { api: 'messages' | 'complete'; model: string; values: Readonly<Record<string, string>> },
): PromptRequest {
  return api === 'messages'
    ? { path: '/v1/messages', body: messagesBody(prompt, model, values) }
    : { path: '/v1/complete', body: completeBody(prompt, model, values) }
}

function completeBody(
  { text, settings }: WorkbenchPrompt,
  model: string,
  values: Readonly<Record<string, string>>,
) {
  const { maxTokens, stopSequences } = settings
  return {
    model,
    max_tokens_to_sample: readCount(maxTokens, 'Max tokens') ?? 1024,
    prompt: fillVariables(text, values),
    ...sampling(settings),
    ...(linesOf(stopSequences).length === 0 ? {} : { stop_sequences: linesOf(stopSequences) }),
  }
}

function messagesBody(prompt: WorkbenchPrompt, model: string, values: Readonly<Record<string, string>>) {
  const { settings, system, turns } = prompt
  const thinkingTokens = readCount(settings.thinkingTokens, 'Thinking')
  const stopSequences = linesOf(settings.stopSequences)
  const tools = readJson(prompt.tools, 'Tools')
  const schema = readJson(prompt.schema, 'Schema')
  if (tools !== null && !Array.isArray(tools)) throw new PromptProblem('Tools: write a JSON list of tools.')
  return {
    model,
    max_tokens: readCount(settings.maxTokens, 'Max tokens') ?? 1024,
    ...(system === '' ? {} : { system: fillVariables(system, values) }),
    messages: turns.map((turn) => messageOf(turn, values)),
    ...(tools === null ? {} : { tools, tool_choice: toolChoice(prompt.toolChoice) }),
    ...(thinkingTokens === null ? {} : { thinking: { type: 'enabled', budget_tokens: thinkingTokens } }),
    ...(schema === null ? {} : { output_config: { format: { type: 'json_schema', schema } } }),
    ...sampling(settings),
    ...(stopSequences.length === 0 ? {} : { stop_sequences: stopSequences }),
  }
}

function messageOf({ role, text, attachments }: Turn, values: Readonly<Record<string, string>>) {
  const filled = fillVariables(text, values)
  if (attachments.length === 0) return { role, content: filled }
  const blocks = attachments.map(blockOf)
  return { role, content: filled === '' ? blocks : [...blocks, { type: 'text', text: filled }] }
}

function blockOf({ name, mediaType, data }: Attachment) {
  if (mediaType.startsWith('image/')) {
    return { type: 'image', source: { type: 'base64', media_type: mediaType, data } }
  }
  const isPdf = mediaType === 'application/pdf'
  const source = isPdf
    ? { type: 'base64', media_type: mediaType, data }
    : { type: 'text', media_type: 'text/plain', data }
  return { type: 'document', title: name, source }
}

function toolChoice(choice: string) {
  return ['auto', 'any', 'none'].includes(choice) ? { type: choice } : { type: 'tool', name: choice }
}

function sampling({ temperature, topP, topK }: PromptSettings) {
  const values = {
    temperature: readNumber(temperature, 'Temperature'),
    top_p: readNumber(topP, 'Top p'),
    top_k: readCount(topK, 'Top k'),
  }
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== null))
}

function linesOf(text: string): readonly string[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => line.replaceAll('\\n', '\n'))
}

function readNumber(text: string, name: string): number | null {
  if (text.trim() === '') return null
  const value = Number(text)
  if (!Number.isFinite(value)) throw new PromptProblem(`${name}: write a number.`)
  return value
}

function readCount(text: string, name: string): number | null {
  const value = readNumber(text, name)
  if (value !== null && !Number.isInteger(value)) throw new PromptProblem(`${name}: write a whole number.`)
  return value
}

/** @throws PromptProblem that says where the text is not JSON */
function readJson(text: string, name: string): unknown {
  if (text.trim() === '') return null
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new PromptProblem(
      `${name}: this is not JSON. ${error instanceof Error ? error.message : ''}`.trim(),
    )
  }
}
