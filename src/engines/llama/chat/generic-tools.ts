import type { Prompt } from '../../../completion/prompt.ts'
import type { Tool } from '../../../completion/tool.ts'
import { toolResultText } from '../../../completion/tool-result-text.ts'
import { type AssistantTurn, type Turn, textTurn, type UserTurn } from '../../../completion/turn.ts'

/**
 * Rewrites a prompt for a model whose template does not support tools: the system text describes them, and tool calls
 * and results become text in the format that the description asks for.
 */
export function withGenericTools(prompt: Prompt): Prompt {
  return {
    ...prompt,
    systemText:
      prompt.tools.length === 0 ? prompt.systemText : joined([prompt.systemText, description(prompt.tools)]),
    turns: prompt.turns.map(plainTurn),
    tools: [],
  }
}

/** Whether any turn contains a tool call or result. */
export function mentionsTools({ turns }: Pick<Prompt, 'turns'>): boolean {
  return turns.some((turn) =>
    turn.parts.some((part) => part.type === 'tool-call' || part.type === 'tool-result'),
  )
}

function description(tools: readonly Tool[]): string {
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
<tool_call>
{"name": "the name", "arguments": {}}
</tool_call>
For several calls write several of these. What the tools give back comes between <tool_response> and </tool_response>. Answer in plain words when no call is needed.`
}

function plainTurn(turn: Turn): Turn {
  return turn.role === 'user' ? plainUserTurn(turn) : plainAssistantTurn(turn)
}

function plainUserTurn(turn: UserTurn): Turn {
  if (!turn.parts.some((part) => part.type === 'tool-result')) return turn
  const texts = turn.parts.map((part) => {
    if (part.type === 'tool-result') return `<tool_response>\n${toolResultText(part)}\n</tool_response>`
    return part.type === 'text' ? part.text : ''
  })
  return textTurn('user', joined(texts, '\n'))
}

function plainAssistantTurn(turn: AssistantTurn): Turn {
  if (!turn.parts.some((part) => part.type === 'tool-call')) return turn
  const texts = turn.parts.map((part) => {
    if (part.type !== 'tool-call') return part.type === 'text' ? part.text : ''
    const call = { name: part.name, arguments: part.input }
    return `<tool_call>\n${JSON.stringify(call)}\n</tool_call>`
  })
  return textTurn('assistant', joined(texts, '\n'))
}

function joined(texts: readonly string[], separator = '\n\n'): string {
  return texts.filter((text) => text !== '').join(separator)
}
