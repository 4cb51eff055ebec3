import type { Prompt } from '../../../completion/prompt.ts'
import type { Tool } from '../../../completion/tool.ts'
import { toolResultText } from '../../../completion/tool-result-text.ts'
import { type AssistantTurn, type Turn, textTurn, type UserTurn } from '../../../completion/turn.ts'
import type { ToolCallParser, WrittenCall } from '../output-parsing/tool-call-parser.ts'
import { GENERIC_TOOL_CALLS } from '../output-parsing/tool-call-parsers.ts'

/** How calls are written in a turn's text. */
type CallForm = Pick<ToolCallParser, 'write'>

/**
 * Rewrites a prompt for a model whose template does not support its tools: the system text describes them, and tool
 * calls and results become text in the form that the description asks for.
 */
export function withToolsInWords(prompt: Prompt, calls: CallForm): Prompt {
  const turns = prompt.turns.map((turn) =>
    turn.role === 'user' ? plainUserTurn(turn) : plainAssistantTurn(turn, calls),
  )
  return { ...withToolsDescribed(prompt, calls), turns }
}

/** Describes the tools in the system text, for a template that writes calls and results but lists no tools. */
export function withToolsDescribed(prompt: Prompt, calls: CallForm): Prompt {
  const { systemText, tools } = prompt
  return {
    ...prompt,
    systemText: tools.length === 0 ? systemText : joined([systemText, description(tools, calls)]),
    tools: [],
  }
}

/** Writes calls as text, for a template that lists tools and writes results but no calls. */
export function withCallsInText(prompt: Prompt, calls: CallForm): Prompt {
  const turns = prompt.turns.map((turn) => (turn.role === 'user' ? turn : plainAssistantTurn(turn, calls)))
  return { ...prompt, turns }
}

/** Whether any turn contains a tool call or result. */
export function mentionsTools({ turns }: Pick<Prompt, 'turns'>): boolean {
  return turns.some((turn) =>
    turn.parts.some((part) => part.type === 'tool-call' || part.type === 'tool-result'),
  )
}

function description(tools: readonly Tool[], calls: CallForm): string {
  const lines = tools.map((tool) =>
    JSON.stringify({
      name: tool.name,
      ...(tool.description === null ? {} : { description: tool.description }),
      parameters: tool.inputSchema,
    }),
  )
  return `# Tools

You can call these tools, each of which is described by a line of JSON:
${lines.join('\n')}

To call one, write nothing but this, with its name and what it is to be called with:
${written([{ name: 'the name', input: { parameter: 'value' } }], calls)}
For several calls write several of these. What the tools give back comes between <tool_response> and </tool_response>. Answer in plain words when no call is needed.`
}

function plainUserTurn(turn: UserTurn): Turn {
  if (!turn.parts.some((part) => part.type === 'tool-result')) return turn
  const texts = turn.parts.map((part) => {
    if (part.type === 'tool-result') return `<tool_response>\n${toolResultText(part)}\n</tool_response>`
    return part.type === 'text' ? part.text : ''
  })
  return textTurn('user', joined(texts, '\n'))
}

function plainAssistantTurn(turn: AssistantTurn, calls: CallForm): Turn {
  const made = turn.parts.filter((part) => part.type === 'tool-call')
  if (made.length === 0) return turn
  const texts = turn.parts.map((part) => (part.type === 'text' ? part.text : ''))
  const others = turn.parts.filter((part) => part.type === 'thinking')
  const text = joined([...texts, written(made, calls)], '\n')
  return { ...turn, parts: [...others, { type: 'text', text }] }
}

function written(made: readonly WrittenCall[], { write }: CallForm): string {
  return (write ?? GENERIC_TOOL_CALLS.write)?.(made) ?? ''
}

function joined(texts: readonly string[], separator = '\n\n'): string {
  return texts.filter((text) => text !== '').join(separator)
}
