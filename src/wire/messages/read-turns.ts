import * as z from 'zod'
import type { AssistantPart, UserPart } from '../../completion/turn.ts'
import type { Cacheable, CacheableTurn, CacheTtl } from '../../conversation/cacheable-conversation.ts'
import { checkBody, invalidRequest, string } from '../body-schema.ts'
import type { BlockContext } from './block-context.ts'
import { textOrList } from './block-schemas.ts'
import { checkToolPairs, type PlacedPart } from './check-tool-pairs.ts'
import { readBlock } from './read-block.ts'

const MESSAGE = z.strictObject(
  { role: string, content: textOrList },
  { error: 'Input should be a valid dictionary or object to extract fields from' },
)

interface PlacedBlock extends PlacedPart {
  readonly cacheTtl: CacheTtl | null
}

/** Messages of one role that stand together. */
interface ReadTurn {
  readonly role: 'user' | 'assistant'
  readonly blocks: PlacedBlock[]
}

/**
 * The turns of `messages`: those of one role that stand together are one.
 *
 * @throws CompletionError `invalid-request`
 * @see the API's reference, "Messages": `messages`
 */
export async function readTurns(
  messages: readonly unknown[],
  context: BlockContext,
): Promise<CacheableTurn[]> {
  const { slices } = context
  if (messages.length === 0) throw invalidRequest('messages: at least one message is required')
  const turns: ReadTurn[] = []
  for (const [index, message] of messages.entries()) {
    const turn = readMessage(message, index, index === messages.length - 1, context)
    if (slices.isOver) await slices.next()
    const before = turns.at(-1)
    if (turn.blocks.length === 0) continue
    if (before?.role === turn.role) join(before, turn)
    else turns.push(turn)
  }
  checkToolPairs(turns.map(({ blocks }) => blocks))
  if (slices.isOver) await slices.next()
  checkPrefill(turns.at(-1))
  // A conversation begins with the one who asks: an assistant's greeting answers a turn in which nothing was said.
  if (turns[0]?.role === 'assistant') turns.unshift({ role: 'user', blocks: [] })
  return turns.map(cacheableTurn)
}

function readMessage(value: unknown, index: number, isLast: boolean, context: BlockContext): ReadTurn {
  const place = `messages.${index}`
  const message = checkBody(value, MESSAGE, place)
  const role = readRole(message.role, place)
  const { content } = message
  // Only a reply that is to be gone on with may be empty so far.
  if (content.length === 0 && !(isLast && role === 'assistant')) {
    throw invalidRequest(
      `${place}: all messages must have non-empty content except for the optional final assistant message`,
    )
  }
  const values = typeof content === 'string' ? [{ type: 'text', text: content }] : content
  const blocks = values.flatMap((block, blockIndex) =>
    content === ''
      ? []
      : readBlock(block, role, `${place}.content.${blockIndex}`, context).map(
          ({ block: part, cacheTtl }) => ({ part, cacheTtl, messageIndex: index, blockIndex }),
        ),
  )
  return { role, blocks }
}

function readRole(role: string, place: string): ReadTurn['role'] {
  if (role === 'user') return 'user'
  if (role === 'assistant') return 'assistant'
  if (role === 'system') {
    throw invalidRequest(
      'messages: Unexpected role "system". The Messages API accepts a top-level `system` parameter, ' +
        'not "system" as an input message role.',
    )
  }
  throw invalidRequest(`${place}.role: Input should be 'user' or 'assistant'`)
}

/** The words of two messages are apart, as two paragraphs are. */
function join(turn: ReadTurn, next: ReadTurn): void {
  let isApart = turn.blocks.at(-1)?.part.type === 'text'
  for (const block of next.blocks) {
    const { part } = block
    const isNextText = isApart && part.type === 'text'
    turn.blocks.push(isNextText ? { ...block, part: { ...part, text: `\n\n${part.text}` } } : block)
    isApart = false
  }
}

/** What the reply already holds is gone on with where it ends. */
function checkPrefill(last: ReadTurn | undefined): void {
  if (last?.role !== 'assistant') return
  const lastText = last.blocks.findLast(({ part }) => part.type === 'text' && part.text !== '')?.part
  if (lastText?.type === 'text' && /\s$/.test(lastText.text.slice(-1))) {
    throw invalidRequest('messages: final assistant content cannot end with trailing whitespace')
  }
}

function cacheableTurn({ role, blocks }: ReadTurn): CacheableTurn {
  const cacheable = blocks.map(({ part, cacheTtl }) => ({ block: part, cacheTtl }))
  // The parts are those of their role: no block of another is read.
  if (role === 'assistant') return { role, blocks: cacheable as Cacheable<AssistantPart>[] }
  const parts = cacheable as Cacheable<UserPart>[]
  const results = parts.filter(({ block }) => block.type === 'tool-result')
  return { role, blocks: [...results, ...parts.filter(({ block }) => block.type !== 'tool-result')] }
}
