import { createHash } from 'node:crypto'
import type { CacheScope } from '../completion/cache-scope.ts'
import { CompletionError } from '../completion/completion-error.ts'
import type { PromptUsage } from '../completion/completion-event.ts'
import type { CompletionRequest } from '../completion/completion-request.ts'
import type { Prompt } from '../completion/prompt.ts'
import type { Tool } from '../completion/tool.ts'
import type { AssistantPart, CacheTtl, UserPart } from '../completion/turn.ts'
import type { WorkSlices } from '../util/work-slices.ts'
import type { CacheLedger } from './cache-ledger.ts'
import { type Cacheable, type CacheableConversation, promptOf } from './cacheable-conversation.ts'
import { conversationPrefix } from './conversation-prefix.ts'
import { type InputUsage, uncachedInput } from './input-usage.ts'

/**
 * The shortest prefix that most models of the real API cache, in tokens.
 *
 * @see the API's guide on prompt caching: limitations
 */
export const DEFAULT_MIN_CACHED_TOKENS = 1024

/** How many blocks a breakpoint looks back for a known prefix, its own included. */
const LOOK_BACK_BLOCKS = 20

/** What caching is planned with. */
export interface CachingContext {
  readonly ledger: CacheLedger
  /** The time that planning takes in the event loop. */
  readonly slices: WorkSlices
  readonly scope: CacheScope
  /** A shorter prefix is silently not cached. */
  readonly minTokens: number
  readonly countTokens: (prompt: Prompt) => Promise<number>
}

/** What will be charged for a prompt once its tokens are known. */
export interface CachePlan {
  /** What was charged; null until {@link commit} is called. */
  readonly committed: InputUsage | null
  /** How many tokens will be charged as read from the cache, before that is decided. */
  readTokensOf(promptTokens: number): number
  /**
   * Charges for the prompt, and enters what is new in the ledger. Later calls with the same number change nothing and return
   * the same; another number corrects the first.
   */
  commit(promptTokens: number): InputUsage
  /** Takes what the engine reports; for engines that cache and charge themselves. */
  observe?(usage: PromptUsage): void
}

/** The plan of a prompt of which nothing is cached. */
export const NO_CACHING: CachePlan = {
  committed: null,
  readTokensOf: () => 0,
  commit: uncachedInput,
}

/** A place up to which the conversation is to be cached. */
interface Breakpoint {
  /** The number of blocks up to it. */
  readonly blockCount: number
  readonly key: string
  readonly ttl: CacheTtl
}

/** A breakpoint that is new, with its tokens; null if it is the whole prompt. */
type CountedBreakpoint = Breakpoint & { readonly tokens: number | null }

/**
 * Looks up which prefixes of a prompt are known, and counts the tokens of those that are new.
 *
 * @throws CompletionError as `Engine.countTokens`; of an engine that cannot count nothing is cached
 */
export async function planCaching(
  conversation: CacheableConversation,
  request: Pick<CompletionRequest, 'modelId' | 'toolChoice'>,
  context: CachingContext,
): Promise<CachePlan> {
  const { ledger, scope } = context
  const { keys, ttls } = await chainOf(conversation, [scope, request.modelId], request.toolChoice, context)
  const breakpoints = ttls.flatMap((ttl, index): Breakpoint[] =>
    ttl === null ? [] : [{ blockCount: index + 1, key: keys[index] ?? '', ttl }],
  )
  const known = findKnown(breakpoints, keys, ledger)
  const fresh = await countFresh(
    breakpoints.filter(({ blockCount }) => blockCount > known.blockCount),
    conversation,
    context,
  )
  let committed: InputUsage | null = null
  let committedTokens = 0
  return {
    get committed() {
      return committed
    },
    readTokensOf: (promptTokens) => committed?.cacheReadTokens ?? Math.min(known.tokens, promptTokens),
    commit(promptTokens) {
      if (committed !== null && promptTokens === committedTokens) return committed
      committedTokens = promptTokens
      for (const key of known.keys) ledger.use(key)
      committed = commitFresh(promptTokens, known.tokens, fresh, context)
      return committed
    },
  }
}

/** A key for every prefix, which is a digest of all that is in it, and the TTLs set on the blocks. */
async function chainOf(
  { tools, system, turns, isThinkingEnabled, outputSchema }: CacheableConversation,
  owner: readonly (string | null)[],
  toolChoice: unknown,
  { slices }: CachingContext,
): Promise<{ keys: string[]; ttls: (CacheTtl | null)[] }> {
  let key = digest('', 'owner', owner)
  const keys: string[] = []
  const ttls: (CacheTtl | null)[] = []
  const add = async (
    kind: string,
    { block, cacheTtl }: Cacheable<Tool | string | UserPart | AssistantPart>,
  ) => {
    // Thinking of an earlier turn is not read again, and clients may omit it.
    const isThinking = typeof block === 'object' && 'type' in block && block.type === 'thinking'
    if (!isThinking) key = digest(key, kind, block)
    keys.push(key)
    ttls.push(cacheTtl)
    if (slices.isOver) await slices.next()
  }
  for (const tool of tools) await add('tool', tool)
  for (const text of system) await add('system', text)
  // These change how the turns are read, but not what precedes them.
  key = digest(key, 'settings', { toolChoice, isThinkingEnabled, outputSchema })
  for (const { role, blocks } of turns) for (const block of blocks) await add(role, block)
  return { keys, ttls }
}

function digest(before: string, kind: string, value: unknown): string {
  return createHash('sha256')
    .update(`${before}\0${kind}\0${JSON.stringify(value)}`)
    .digest('base64')
}

/** The longest known prefix, and the keys of all that were found. */
function findKnown(breakpoints: readonly Breakpoint[], keys: readonly string[], ledger: CacheLedger) {
  let [blockCount, tokens] = [0, 0]
  const used = new Set<string>()
  for (const breakpoint of breakpoints) {
    const first = Math.max(blockCount, breakpoint.blockCount - LOOK_BACK_BLOCKS)
    for (let count = breakpoint.blockCount; count > first; count--) {
      const key = keys[count - 1] ?? ''
      const found = ledger.tokensOf(key)
      if (found === null) continue
      used.add(key)
      ;[blockCount, tokens] = [count, found]
      break
    }
  }
  return { blockCount, tokens, keys: used }
}

async function countFresh(
  breakpoints: readonly Breakpoint[],
  conversation: CacheableConversation,
  context: CachingContext,
): Promise<CountedBreakpoint[]> {
  const turnBlocks = conversation.turns.reduce((sum, turn) => sum + turn.blocks.length, 0)
  const allBlocks = conversation.tools.length + conversation.system.length + turnBlocks
  const counted: CountedBreakpoint[] = []
  for (const breakpoint of breakpoints) {
    if (breakpoint.blockCount === allBlocks) counted.push({ ...breakpoint, tokens: null })
    else {
      const tokens = await prefixTokens(breakpoint, conversation, context)
      if (tokens !== null) counted.push({ ...breakpoint, tokens })
    }
  }
  return counted
}

/** Null where the engine cannot count, or cannot render a prompt of that prefix. */
async function prefixTokens(
  { blockCount }: Breakpoint,
  conversation: CacheableConversation,
  { countTokens }: CachingContext,
): Promise<number | null> {
  const prefix = conversationPrefix(conversation, blockCount)
  try {
    const tokens = await countTokens(promptOf(prefix.conversation))
    const ending = prefix.ending === null ? 0 : await countTokens(promptOf(prefix.ending))
    return Math.max(0, tokens - ending)
  } catch (error) {
    if (error instanceof CompletionError && error.code === 'invalid-request') return null
    throw error
  }
}

/** Breakpoints are in order: no prefix is shorter than the one before, or longer than the prompt. */
function commitFresh(
  promptTokens: number,
  knownTokens: number,
  fresh: readonly CountedBreakpoint[],
  { ledger, minTokens }: CachingContext,
): InputUsage {
  const readTokens = Math.min(knownTokens, promptTokens)
  let [longTokens, lastTokens] = [readTokens, readTokens]
  for (const { key, ttl, tokens } of fresh) {
    const upTo = Math.max(lastTokens, Math.min(tokens ?? promptTokens, promptTokens))
    if (upTo < minTokens) continue
    ledger.write(key, upTo, ttl)
    lastTokens = upTo
    if (ttl === '1h') longTokens = upTo
  }
  return {
    inputTokens: promptTokens - lastTokens,
    cacheReadTokens: readTokens,
    cacheWrite5mTokens: lastTokens - longTokens,
    cacheWrite1hTokens: longTokens - readTokens,
  }
}
