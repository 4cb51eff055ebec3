import type { Prompt } from '../../../completion/prompt.ts'
import type { AssistantPart, Turn, UserPart } from '../../../completion/turn.ts'
import { isJsonObject, type JsonObject } from '../../../util/json-object.ts'
import type { TextAuthor } from './author-encoding.ts'

type MapText = (text: string, author: TextAuthor) => string

/**
 * Maps all texts of a prompt's turns, including names, ids and inputs of tools, and schemas. The text form for models
 * without a chat template stays unchanged.
 */
export function mapPromptTexts(prompt: Prompt, map: MapText): Prompt {
  const others = (text: string) => map(text, 'others')
  return {
    ...prompt,
    systemText: others(prompt.systemText),
    turns: prompt.turns.map((turn) => mapTurn(turn, map)),
    prefill: map(prompt.prefill, 'assistant'),
    tools: prompt.tools.map((tool) => ({
      ...tool,
      name: others(tool.name),
      description: tool.description === null ? null : others(tool.description),
      inputSchema: mapObject(tool.inputSchema, others),
    })),
    outputSchema: prompt.outputSchema === null ? null : mapObject(prompt.outputSchema, others),
  }
}

function mapTurn(turn: Turn, map: MapText): Turn {
  return turn.role === 'user'
    ? { ...turn, parts: turn.parts.map((part) => mapUserPart(part, (text) => map(text, 'others'))) }
    : { ...turn, parts: turn.parts.map((part) => mapAssistantPart(part, map)) }
}

function mapUserPart(part: UserPart, map: (text: string) => string): UserPart {
  switch (part.type) {
    case 'text':
      return { ...part, text: map(part.text) }
    case 'tool-result':
      return {
        ...part,
        toolCallId: map(part.toolCallId),
        parts: part.parts.map((inner) =>
          inner.type === 'text' ? { ...inner, text: map(inner.text) } : inner,
        ),
      }
    case 'image':
      return part
  }
}

function mapAssistantPart(part: AssistantPart, map: MapText): AssistantPart {
  const own = (text: string) => map(text, 'assistant')
  switch (part.type) {
    case 'text':
    case 'thinking':
      return { ...part, text: own(part.text) }
    case 'tool-call':
      // The author must be that of the result's id: both have to stay equal.
      return { ...part, id: map(part.id, 'others'), name: own(part.name), input: mapObject(part.input, own) }
  }
}

function mapObject(object: JsonObject, map: (text: string) => string): JsonObject {
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [map(key), mapValue(value, map)]))
}

function mapValue(value: unknown, map: (text: string) => string): unknown {
  if (typeof value === 'string') return map(value)
  if (Array.isArray(value)) return value.map((item) => mapValue(item, map))
  return isJsonObject(value) ? mapObject(value, map) : value
}
