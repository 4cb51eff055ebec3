import type { Prompt } from '../../../completion/prompt.ts'
import type { Tool } from '../../../completion/tool.ts'
import { toolResultText } from '../../../completion/tool-result-text.ts'
import type { AssistantTurn, ToolCallPart, Turn, UserTurn } from '../../../completion/turn.ts'
import { turnText } from '../../../completion/turn.ts'

/** A message as chat templates take it. */
export interface TemplateMessage {
  readonly role: 'system' | 'user' | 'assistant' | 'tool'
  readonly content: string | null
  readonly tool_calls?: readonly {
    readonly id: string
    readonly type: 'function'
    readonly function: { readonly name: string; readonly arguments: unknown }
  }[]
  readonly tool_call_id?: string
  readonly name?: string
  readonly reasoning_content?: string
  readonly thinking?: string
  readonly reasoning?: string
  /** Tools as JSON text, in a system message. */
  readonly tools?: string
}

/** How a template needs the tool calls and thinking of earlier turns. */
export interface MessageStyle {
  /** Arguments as objects, or as JSON text. */
  readonly argumentsAs: 'object' | 'text'
  /** The content of a turn with tool calls and no text. */
  readonly emptyContent: '' | null
  /** Whether it renders all calls of a turn. */
  readonly writesSeveralCalls: boolean
  /** The key for thinking; null if it ignores thinking. */
  readonly thinkingKey: 'reasoning_content' | 'thinking' | 'reasoning' | null
  readonly callIdFormat: 'short' | 'kimi'
  /** Whether it takes the tools from the system message. */
  readonly hasSystemTools: boolean
}

/** Changes that stricter templates need. */
export interface MessageShape {
  /** Whether the system text is a message; otherwise it is put before the first turn. */
  readonly hasSystem: boolean
  /** Whether adjacent messages of the same role are joined. */
  readonly mergesNeighbours: boolean
  /** Whether text after tool results is appended to the last result. */
  readonly appendsTextToResults: boolean
  readonly showsThinking: boolean
}

/** The shapes to try: the conversation unchanged, then as stricter templates accept it. */
export function* messageShapes(prompt: Prompt): Generator<MessageShape> {
  const hasResults = prompt.turns.some((turn) => turn.parts.some((part) => part.type === 'tool-result'))
  const hasThinking = prompt.turns.some((turn) => turn.parts.some((part) => part.type === 'thinking'))
  for (const showsThinking of hasThinking ? [true, false] : [true]) {
    for (const appendsTextToResults of hasResults ? [false, true] : [false]) {
      for (const mergesNeighbours of [false, true]) {
        for (const hasSystem of prompt.systemText === '' ? [true] : [true, false]) {
          yield { hasSystem, mergesNeighbours, appendsTextToResults, showsThinking }
        }
      }
    }
  }
}

/** The messages of a prompt without its prefill. */
export function templateMessages(
  prompt: Prompt,
  style: MessageStyle,
  shape: MessageShape,
): TemplateMessage[] {
  const writer = new MessageWriter(style, shape)
  for (const [index, turn] of prompt.turns.entries()) {
    if (turn.role === 'user') writer.addUserTurn(turn)
    else writer.addAssistantTurn(turn, prompt.turns[index + 1])
  }
  const messages = shape.mergesNeighbours ? mergeNeighbours(writer.messages) : writer.messages
  const tools = style.hasSystemTools ? prompt.tools : []
  return tools.length === 0
    ? withSystem(prompt.systemText, messages, shape.hasSystem)
    : [systemWithTools(prompt.systemText, tools), ...messages]
}

class MessageWriter {
  readonly messages: TemplateMessage[] = []
  readonly #style: MessageStyle
  readonly #shape: MessageShape
  /** The rendered id and name of each call, by the id in the prompt. */
  readonly #calls = new Map<string, { readonly id: string; readonly name: string }>()
  /** Results that already follow their call. */
  readonly #written = new Set<string>()

  constructor(style: MessageStyle, shape: MessageShape) {
    this.#style = style
    this.#shape = shape
  }

  addUserTurn(turn: UserTurn): void {
    const results = turn.parts.filter((part) => part.type === 'tool-result')
    for (const result of results) {
      if (!this.#written.has(result.toolCallId)) this.#addResult(result.toolCallId, turn)
    }
    const text = turnText(turn)
    if (text === '' && results.length > 0) return
    const last = this.messages.at(-1)
    if (this.#shape.appendsTextToResults && last?.role === 'tool') {
      this.messages[this.messages.length - 1] = { ...last, content: `${last.content}\n\n${text}` }
    } else {
      this.messages.push({ role: 'user', content: text })
    }
  }

  addAssistantTurn(turn: AssistantTurn, next: Turn | undefined): void {
    const calls = turn.parts.filter((part) => part.type === 'tool-call')
    const thinking = this.#thinkingOf(turn)
    const content = turnText(turn)
    if (calls.length === 0) {
      this.messages.push({ role: 'assistant', content, ...thinking })
    } else if (this.#style.writesSeveralCalls || calls.length === 1) {
      this.#addCalls(calls, content, thinking)
    } else {
      for (const [index, call] of calls.entries()) {
        this.#addCalls([call], index === 0 ? content : '', index === 0 ? thinking : {})
        if (next?.role === 'user') this.#addResult(call.id, next)
      }
    }
  }

  #addCalls(calls: readonly ToolCallPart[], content: string, thinking: Partial<TemplateMessage>): void {
    this.messages.push({
      role: 'assistant',
      content: content === '' ? this.#style.emptyContent : content,
      ...thinking,
      tool_calls: calls.map((call) => {
        const written = { id: this.#nextId(call.name), name: call.name }
        this.#calls.set(call.id, written)
        const input = this.#style.argumentsAs === 'object' ? call.input : JSON.stringify(call.input)
        return { id: written.id, type: 'function', function: { name: call.name, arguments: input } }
      }),
    })
  }

  /** Templates of the Mistral family require nine letters and digits. */
  #nextId(name: string): string {
    const index = this.#calls.size
    return this.#style.callIdFormat === 'kimi'
      ? `functions.${name}:${index}`
      : `call${String(index).padStart(5, '0')}`
  }

  #addResult(toolCallId: string, { parts }: UserTurn): void {
    const result = parts.find((part) => part.type === 'tool-result' && part.toolCallId === toolCallId)
    if (result?.type !== 'tool-result') return
    this.#written.add(toolCallId)
    const { id = toolCallId, name } = this.#calls.get(toolCallId) ?? {}
    this.messages.push({
      role: 'tool',
      content: toolResultText(result),
      tool_call_id: id,
      ...(name === undefined ? {} : { name }),
    })
  }

  #thinkingOf(turn: AssistantTurn): Partial<TemplateMessage> {
    const key = this.#style.thinkingKey
    const texts = turn.parts.flatMap((part) => (part.type === 'thinking' ? [part.text] : []))
    return key === null || !this.#shape.showsThinking || texts.length === 0
      ? {}
      : { [key]: texts.join('\n\n') }
  }
}

/** Some templates have no system role: its text is put before the first turn. */
function withSystem(
  systemText: string,
  messages: readonly TemplateMessage[],
  hasSystem: boolean,
): TemplateMessage[] {
  if (systemText === '') return [...messages]
  const [first, ...rest] = messages
  if (hasSystem || first === undefined) return [{ role: 'system', content: systemText }, ...messages]
  return [{ ...first, content: `${systemText}\n\n${first.content ?? ''}` }, ...rest]
}

/** A system message with the tools in it. */
export function systemWithTools(content: string, tools: readonly Tool[]): TemplateMessage {
  return { role: 'system', content, tools: JSON.stringify(tools.map(toolAsFunction)) }
}

/** A tool as chat templates take it. */
export function toolAsFunction({ name, description, inputSchema }: Tool): object {
  return { type: 'function', function: { name, description: description ?? '', parameters: inputSchema } }
}

/** Some templates require roles to alternate. */
function mergeNeighbours(messages: readonly TemplateMessage[]): TemplateMessage[] {
  const merged: TemplateMessage[] = []
  for (const message of messages) {
    const last = merged.at(-1)
    const isSame = last?.role === message.role && message.role !== 'tool'
    if (last === undefined || !isSame || last.tool_calls || message.tool_calls) merged.push(message)
    else merged[merged.length - 1] = { ...last, content: `${last.content}\n\n${message.content}` }
  }
  return merged
}
