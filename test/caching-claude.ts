import { isJsonObject, type JsonObject } from '../src/util/json-object.ts'
import { listAt, objectAt } from '../src/util/json-value.ts'

/** A block of a prompt, as it is counted and cached. */
interface Block {
  readonly text: string
  readonly ttl: '5m' | '1h' | null
}

/** One token for eight characters, rounded up. */
function tokensOf(blocks: readonly Block[]): number {
  return blocks.reduce((sum, { text }) => sum + Math.ceil(text.length / 8), 0)
}

function blockOf(kind: string, block: unknown): Block {
  if (!isJsonObject(block)) return { text: JSON.stringify([kind, { type: 'text', text: block }]), ttl: null }
  const { cache_control: _, ...content } = block
  const control = objectAt(block, 'cache_control')
  const ttl = control === undefined ? null : control.ttl === '1h' ? '1h' : '5m'
  return { text: JSON.stringify([kind, content]), ttl }
}

function blocksOf({ tools, system, messages }: JsonObject): Block[] {
  const listed = (kind: string, value: unknown) =>
    (Array.isArray(value) ? value : value === undefined ? [] : [value]).map((block) => blockOf(kind, block))
  const turns = listAt({ messages }, 'messages') ?? []
  return [
    ...listed('tool', tools),
    ...listed('system', system),
    ...turns.flatMap((turn) => (isJsonObject(turn) ? listed(String(turn.role), turn.content) : [])),
  ]
}

/** The tokens of a prompt of turns. */
export function turnTokens(body: JsonObject): number {
  return tokensOf(blocksOf(body))
}

/** Caches prompts as Claude does: up to their breakpoints, and not without one. */
export class CachingClaude {
  readonly #known = new Set<string>()

  /** What is charged for a prompt, as `usage` says it. */
  usageOf(body: JsonObject): JsonObject {
    const blocks = blocksOf(body)
    const prefixes = blocks.map((_, index) => blocks.slice(0, index + 1))
    const keyOf = (prefix: readonly Block[]) => JSON.stringify(prefix.map(({ text }) => text))
    const marked = prefixes.filter((prefix) => prefix.at(-1)?.ttl !== null)
    const last = marked.at(-1) ?? []
    const found = prefixes.findLast(
      (prefix) => prefix.length <= last.length && this.#known.has(keyOf(prefix)),
    )
    const read = tokensOf(found ?? [])
    const written = tokensOf(last) - read
    for (const prefix of marked) this.#known.add(keyOf(prefix))
    const isForHour = last.at(-1)?.ttl === '1h'
    return {
      input_tokens: tokensOf(blocks) - read - written,
      cache_read_input_tokens: read,
      cache_creation_input_tokens: written,
      cache_creation: {
        ephemeral_5m_input_tokens: isForHour ? 0 : written,
        ephemeral_1h_input_tokens: isForHour ? written : 0,
      },
    }
  }
}
