import type { CollectedPart } from '../../../completion/collected-completion.ts'
import type { AssistantPart } from '../../../completion/turn.ts'
import { isJsonObject } from '../../../util/json-object.ts'
import { asObject, parseJson, textAt } from '../../../util/json-value.ts'
import { newOutputItemId, toolUseId } from '../../completion-id.ts'
import { encryptedContent } from './encrypted-content.ts'
import { calledName, type NamespacedNames } from './namespaced-name.ts'

/** Inputs of calls up to this length are kept for references to them: they are parsed in one piece. */
const MAX_KEPT_INPUT_UNITS = 65_536

/** An item of a response without streaming. */
export interface OutputItem {
  readonly id: string
  readonly type: string
  readonly [field: string]: unknown
}

export type ItemStatus = 'completed' | 'incomplete'

export interface OutputItemOptions {
  readonly customTools: ReadonlySet<string>
  readonly namespacedNames: NamespacedNames
  /** Of the tokens of a text. */
  readonly scores: readonly object[]
}

/** The item of a part. */
export function outputItem(
  part: CollectedPart,
  status: ItemStatus,
  { customTools, namespacedNames, scores }: OutputItemOptions,
): OutputItem {
  switch (part.type) {
    case 'text':
      return {
        id: newOutputItemId('msg'),
        type: 'message',
        status,
        role: 'assistant',
        content: [outputText(part.text, scores)],
      }
    case 'thinking':
      return {
        id: newOutputItemId('rs'),
        type: 'reasoning',
        summary: [summaryText(part.text)],
        encrypted_content: encryptedContent(part.signature),
        status,
      }
    case 'tool-call': {
      const call = { call_id: toolUseId(part.id), ...calledName(part.name, namespacedNames), status }
      if (!customTools.has(part.name)) {
        const args = part.json === '' ? '{}' : part.json
        return { id: newOutputItemId('fc'), type: 'function_call', ...call, arguments: args }
      }
      return { id: newOutputItemId('ctc'), type: 'custom_tool_call', ...call, input: customInput(part.json) }
    }
  }
}

/** The text that a model passes to a custom tool; its JSON where it broke off. */
export function customInput(json: string): string {
  return textAt(asObject(parseJson(json)), 'input') ?? json
}

/** A part as a later request may refer to it; null for a call that cannot be repeated. */
export function referablePart(part: CollectedPart, item: OutputItem): AssistantPart | null {
  if (part.type !== 'tool-call') return part
  if (part.json.length > MAX_KEPT_INPUT_UNITS || !('call_id' in item)) return null
  const input = part.json === '' ? {} : parseJson(part.json)
  return isJsonObject(input) ? { type: 'tool-call', id: String(item.call_id), name: part.name, input } : null
}

/** The code units of a part's texts. */
export function unitsOf(part: CollectedPart): number {
  return part.type === 'tool-call' ? part.json.length : part.text.length
}

function outputText(text: string, logprobs: readonly object[]): object {
  return { type: 'output_text', text, annotations: [], logprobs }
}

function summaryText(text: string): object {
  return { type: 'summary_text', text }
}
