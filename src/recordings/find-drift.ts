import * as z from 'zod'
import { parseJson } from '../util/json-value.ts'
import type { RecordedTool } from './recorded-request.ts'
import type { RecordedResponse } from './recorded-response.ts'

/** How far numbers of tokens may be apart. */
const TOKENS_SHARE = 0.2
/** Fewer tokens differ by chance. */
const TOKENS_APART = 20

/**
 * Where a new response differs in kind from a recorded one: the parts and their order, why it ended, the tools that it calls,
 * inputs that do not match their schema, and the number of tokens. Words are never compared.
 */
export function findDrift(
  recorded: RecordedResponse,
  live: RecordedResponse,
  tools: readonly RecordedTool[] = [],
): readonly string[] {
  return [
    ...differing('parts', outlineOf(recorded), outlineOf(live)),
    ...differing('end', endingOf(recorded), endingOf(live)),
    ...live.parts.flatMap((part) => (part.type === 'tool-call' ? inputProblems(part, tools) : [])),
    ...tokenDrift('prompt tokens', recorded.usage?.promptTokens, live.usage?.promptTokens),
    ...tokenDrift('completion tokens', completionTokens(recorded), completionTokens(live)),
  ]
}

function differing(what: string, recorded: string, live: string): string[] {
  return recorded === live ? [] : [`${what}: ${recorded} was recorded, ${live} came now`]
}

/** `thinking, text, call of weather`. */
function outlineOf({ parts }: RecordedResponse): string {
  const kinds = parts
    .filter((part) => part.type !== 'scored-tokens' && !(part.type === 'text' && part.text === ''))
    .map((part) => (part.type === 'tool-call' ? `call of ${part.name}` : part.type))
  return kinds.join(', ') || 'nothing'
}

function endingOf({ end, failure }: RecordedResponse): string {
  return failure?.code ?? end?.stopReason ?? 'no end'
}

function inputProblems(
  { name, json }: { readonly name: string; readonly json: string },
  tools: readonly RecordedTool[],
): string[] {
  const tool = tools.find((known) => known.name === name)
  if (tool === undefined) return [`call of ${name}: there is no such tool`]
  const input = json === '' ? {} : parseJson(json)
  if (input === undefined) return [`input of ${name}: it is not JSON`]
  const schema = schemaOf(tool.inputSchema)
  const result = schema?.safeParse(input)
  if (result === undefined || result.success) return []
  const [issue] = result.error.issues
  const place = issue?.path.join('.') ?? ''
  return [`input of ${name}: ${place === '' ? '' : `${place}: `}${issue?.message}`]
}

/** Null for a schema that cannot be checked. */
function schemaOf(schema: RecordedTool['inputSchema']): z.ZodType | null {
  try {
    return z.fromJSONSchema(schema as Parameters<typeof z.fromJSONSchema>[0])
  } catch {
    return null
  }
}

function completionTokens({ parts }: RecordedResponse): number {
  let tokens = 0
  for (const part of parts) {
    if (part.type === 'tool-call') tokens += part.startTokens
    if ('pieces' in part) for (const [, , own] of part.pieces) tokens += own
  }
  return tokens
}

function tokenDrift(what: string, recorded: number | undefined, live: number | undefined): string[] {
  if (recorded === undefined || live === undefined) return []
  const apart = Math.abs(recorded - live)
  if (apart <= Math.max(TOKENS_APART, recorded * TOKENS_SHARE)) return []
  return [`${what}: ${recorded} were recorded, ${live} came now`]
}
