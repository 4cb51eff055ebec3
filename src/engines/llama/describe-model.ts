import { basename } from 'node:path'
import type { LoadedModel } from './protocol/loaded-model.ts'
import type { PromptFormat } from './settings.ts'

/** A line about an engine, for people. */
export interface EngineDetail {
  readonly title: string
  readonly text: string
}

/** One line about a model: its file, and what llama.cpp says of it. */
export function describeModel(
  path: string,
  { description, parameters, quantization, fileBytes }: LoadedModel,
): string {
  const family = description.split(' ')[0] ?? description
  const facts = [family, `${parameterCount(parameters)} parameters`, quantization, bytes(fileBytes)]
  return `${basename(path)}: ${facts.filter((fact) => fact !== null).join(', ')}`
}

/** What a loaded model offers and takes. */
export function modelDetails(model: LoadedModel, format: PromptFormat): readonly EngineDetail[] {
  const { contextWindowTokens, trainedContextTokens, maxSequences, memoryBytes, maxMemoryBytes } = model
  const { threads, kvCache, flashAttention } = model.settings
  const window = `${count(contextWindowTokens)} of ${count(trainedContextTokens)} tokens`
  const memory = bytes(memoryBytes)
  const most = bytes(maxMemoryBytes)
  const runsOn = [
    ...[counted(threads, 'thread'), model.buildName, `${kvCache} KV cache`],
    ...(flashAttention ? ['flash attention'] : []),
  ]
  return [
    { title: 'window', text: `${window}, ${counted(maxSequences, 'request')} at once` },
    {
      title: 'prompts',
      text: format === 'chat' ? 'through the chat template of the model' : 'unchanged (--format raw)',
    },
    {
      title: 'memory',
      text: memory === most ? memory : `${memory}; up to ${most} when requests fill every window`,
    },
    ...(model.draftDescription === null ? [] : [{ title: 'draft model', text: model.draftDescription }]),
    { title: 'runs on', text: runsOn.join(', ') },
  ]
}

function parameterCount(parameters: number): string {
  if (parameters >= 1e9) return `${(parameters / 1e9).toFixed(2)} billion`
  return parameters >= 1e6 ? `${(parameters / 1e6).toFixed(1)} million` : count(parameters)
}

function bytes(number: number): string {
  return number >= 1e9 ? `${(number / 1e9).toFixed(1)} GB` : `${Math.round(number / 1e6)} MB`
}

function count(number: number): string {
  return number.toLocaleString('en-US')
}

function counted(number: number, noun: string): string {
  return number === 1 ? `1 ${noun}` : `${number} ${noun}s`
}
