import * as z from 'zod'
import type { Tool, ToolChoice } from '../../../completion/tool.ts'
import { checkBody, invalidRequest, list, MAX_TOOLS, ofType, string } from '../../body-schema.ts'
import { FUNCTION, toTool } from '../chat-tools.ts'
import { modelToolName, type NamespacedName, type NamespacedNames } from './namespaced-name.ts'

const NAMED = z.object(
  { type: string, name: string.nullish(), namespace: string.nullish() },
  { error: ofType('dictionary') },
)
const TOOL_LIST = list.max(MAX_TOOLS, `List should have at most ${MAX_TOOLS} items`)

const NAMESPACE = z.object({ name: string, tools: TOOL_LIST }, { error: ofType('dictionary') })

/** The fields for tools. */
export const RESPONSE_TOOL_FIELDS = {
  tools: TOOL_LIST.nullish(),
  tool_choice: z
    .union(
      [
        z.enum(['none', 'auto', 'required']),
        NAMED.extend({ mode: z.enum(['auto', 'required']).nullish(), tools: TOOL_LIST.nullish() }),
      ],
      { error: "Input should be 'none', 'auto', 'required' or an object with the type of a tool" },
    )
    .nullish(),
}

const SCHEMA = z.object(RESPONSE_TOOL_FIELDS)
type Choice = z.infer<typeof SCHEMA>['tool_choice']

/** The tools of a request, and how they are to be used. */
export interface ResponseTools {
  readonly tools: readonly Tool[]
  readonly toolChoice: ToolChoice
  /** Those whose input is a text: models get it as the argument `input`. */
  readonly customTools: ReadonlySet<string>
  /** Those of namespaces, in which Codex sends the tools of MCP servers. */
  readonly namespacedNames: NamespacedNames
}

/** The schema of a tool whose input is a text. */
const TEXT_INPUT = { type: 'object', properties: { input: { type: 'string' } }, required: ['input'] }

/**
 * Reads the tools of a request. Those that run on OpenAI's servers are left out, unless one of them must be called.
 *
 * @throws CompletionError `invalid-request`
 */
export function readResponseTools(params: z.infer<typeof SCHEMA>): ResponseTools {
  const tools: Tool[] = []
  const customTools = new Set<string>()
  const namespacedNames = new Map<string, NamespacedName>()
  for (const { sent, place, namespace } of offeredTools(params.tools ?? [])) {
    const { type } = checkBody(sent, NAMED, place)
    if (type !== 'function' && type !== 'custom') continue
    const tool = checkBody(namespace === null ? sent : withModelName(sent, namespace), FUNCTION, place)
    if (namespace !== null) {
      namespacedNames.set(tool.name, {
        namespace,
        name: tool.name.slice(modelToolName(namespace, '').length),
      })
    }
    if (tools.length === MAX_TOOLS) throw invalidRequest(`tools: List should have at most ${MAX_TOOLS} items`)
    if (type === 'custom') customTools.add(tool.name)
    tools.push(
      type === 'custom' ? { ...toTool(tool), inputSchema: TEXT_INPUT, isStrict: false } : toTool(tool),
    )
  }
  const names = new Set(tools.map(({ name }) => name))
  if (names.size < tools.length) throw invalidRequest('tools: Tool names must be unique.')
  return { ...chosen(tools, names, params.tool_choice), customTools, namespacedNames }
}

interface OfferedTool {
  readonly sent: unknown
  readonly place: string
  /** Null for most tools. */
  readonly namespace: string | null
}

function* offeredTools(tools: readonly unknown[]): Generator<OfferedTool> {
  for (const [index, sent] of tools.entries()) {
    const place = `tools.${index}`
    if (checkBody(sent, NAMED, place).type !== 'namespace') {
      yield { sent, place, namespace: null }
      continue
    }
    const { name: namespace, tools: inner } = checkBody(sent, NAMESPACE, place)
    for (const [at, tool] of inner.entries()) yield { sent: tool, place: `${place}.tools.${at}`, namespace }
  }
}

function withModelName(tool: unknown, namespace: string): object {
  const { name } = tool as { readonly name?: unknown }
  return { ...(tool as object), name: typeof name === 'string' ? modelToolName(namespace, name) : name }
}

function chosen(tools: readonly Tool[], names: ReadonlySet<string>, choice: Choice) {
  if (choice === 'none') return { tools: [], toolChoice: AUTO }
  if (typeof choice !== 'object' || choice === null) {
    return { tools, toolChoice: choice === 'required' && tools.length > 0 ? ANY : AUTO }
  }
  if (choice.type === 'allowed_tools') {
    const allowed = new Set((choice.tools ?? []).map(nameOf))
    const offered = tools.filter(({ name }) => allowed.has(name))
    return { tools: offered, toolChoice: choice.mode === 'required' && offered.length > 0 ? ANY : AUTO }
  }
  if (choice.type !== 'function' && choice.type !== 'custom') {
    throw invalidRequest(
      `tool_choice: tools of the type '${choice.type.slice(0, 64)}' do not run on this server`,
    )
  }
  const name = modelToolName(choice.namespace, choice.name ?? '')
  if (!names.has(name)) throw invalidRequest(`tool_choice: there is no tool named '${name}'`)
  return { tools, toolChoice: { type: 'tool', name } as const }
}

function nameOf(tool: unknown, index: number): string {
  const { namespace, name } = checkBody(tool, NAMED, `tool_choice.tools.${index}`)
  return modelToolName(namespace, name ?? '')
}

const AUTO: ToolChoice = { type: 'auto' }
const ANY: ToolChoice = { type: 'any' }
