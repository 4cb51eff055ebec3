import * as z from 'zod'
import type { AssistantPart, CacheTtl, UserPart } from '../../completion/turn.ts'
import type { Cacheable, CacheableTurn } from '../../conversation/cacheable-conversation.ts'
import { textAt } from '../../util/json-value.ts'
import { checkBody, invalidRequest, string } from '../body-schema.ts'
import type { BlockContext } from './block-context.ts'
import { textOrList } from './block-schemas.ts'
import { checkToolPairs, type PlacedPart } from './check-tool-pairs.ts'
import { type MessageRole, readBlock } from './read-block.ts'

const MESSAGE = z.strictObject(
  { role: string, content: textOrList },
  { error: 'Input should be a valid dictionary or object to extract fields from' },
)

/** A system message may hold until the next message of the user alone. */
const SYSTEM_MESSAGE = MESSAGE.extend({
  clear_at: z.unknown().optional(),
  output_config: z.unknown().optional(),
})

interface PlacedBlock extends PlacedPart {
  readonly cacheTtl: CacheTtl | null
}

/** Adjacent messages of one role. */
interface ReadTurn {
  readonly role: 'user' | 'assistant'
  readonly blocks: PlacedBlock[]
}

/** A message of the role `system` is a turn of its own until its place is known. */
interface ReadMessage {
  readonly role: MessageRole
  readonly blocks: PlacedBlock[]
}

/** What `messages` holds. */
export interface ReadTurns {
  /** The texts of the system messages before the first turn. */
  readonly system: readonly Cacheable<string>[]
  readonly turns: readonly CacheableTurn[]
}

/**
 * Reads `messages`. Adjacent messages of one role become one turn. A system message among them stays in its place, marked,
 * as a part of the user's turn: moving it to the front would change every cached prefix.
 *
 * @throws CompletionError `invalid-request`
 * @see the API's reference, "Messages": `messages`
 */
export async function readTurns(messages: readonly unknown[], context: BlockContext): Promise<ReadTurns> {
  const { slices } = context
  if (messages.length === 0) throw invalidRequest('messages: at least one message is required')
  const turns: ReadTurn[] = []
  const system: PlacedBlock[] = []
  const lastUserIndex = messages.findLastIndex((message) => textAt(message, 'role') === 'user')
  if (context.rules.strictRequests) checkSystemPlaces(messages)
  for (const [index, message] of messages.entries()) {
    const read = readMessage(message, index, index === messages.length - 1, context)
    if (slices.isOver) await slices.next()
    if (read.role === 'system' && index < lastUserIndex && holdsForOneMessage(message)) continue
    if (read.role === 'system' && turns.length === 0) for (const block of read.blocks) system.push(block)
    else addTurn(turns, turnOf(read))
  }
  checkToolPairs(turns.map(({ blocks }) => blocks))
  if (slices.isOver) await slices.next()
  checkPrefill(turns.at(-1))
  // A conversation starts with the user: an empty turn precedes an assistant's greeting.
  if (turns[0]?.role === 'assistant') turns.unshift({ role: 'user', blocks: [] })
  // A system text alone is what the model is to reply to.
  if (turns.length === 0 && system.length > 0) turns.push({ role: 'user', blocks: system.splice(0) })
  return { system: system.flatMap(systemBlock), turns: turns.map(cacheableTurn) }
}

function addTurn(turns: ReadTurn[], turn: ReadTurn): void {
  const before = turns.at(-1)
  if (turn.blocks.every(isRedacted)) return
  if (before?.role === turn.role) join(before, turn)
  else turns.push(turn)
}

/** Whether a system message is cleared by the user's next message. */
function holdsForOneMessage(message: unknown): boolean {
  return textAt(message, 'clear_at') === 'next_user_message'
}

/** The real API takes a system message after one of the user's, last of all or before one of the assistant's. */
function checkSystemPlaces(messages: readonly unknown[]): void {
  for (const [index, message] of messages.entries()) {
    if (textAt(message, 'role') !== 'system') continue
    if (index === 0) {
      throw invalidRequest(
        'messages: Unexpected role "system". The Messages API accepts a top-level `system` parameter, ' +
          'not "system" as an input message role.',
      )
    }
    const next = messages[index + 1]
    const isLast = next === undefined || textAt(next, 'role') === 'assistant'
    if (textAt(messages[index - 1], 'role') !== 'user' || !isLast) {
      throw invalidRequest(
        `messages.${index}: a system message must follow a user message, and be the last one or precede an assistant message`,
      )
    }
  }
}

/** Of a turn of redacted thinking alone nothing can be continued. */
function isRedacted({ part }: PlacedBlock): boolean {
  return part.type === 'thinking' && part.text === ''
}

function systemBlock({ part, cacheTtl }: PlacedBlock): Cacheable<string>[] {
  return part.type === 'text' ? [{ block: part.text, cacheTtl }] : []
}

function turnOf({ role, blocks }: ReadMessage): ReadTurn {
  if (role !== 'system') return { role, blocks }
  const marked = blocks.map(({ part, ...place }) => ({
    ...place,
    part: part.type === 'text' ? { ...part, text: `<system>\n${part.text}\n</system>` } : part,
  }))
  return { role: 'user', blocks: marked }
}

function readMessage(value: unknown, index: number, isLast: boolean, context: BlockContext): ReadMessage {
  const place = `messages.${index}`
  const schema = textAt(value, 'role') === 'system' ? SYSTEM_MESSAGE : MESSAGE
  const message = checkBody(value, schema, place)
  const role = readRole(message.role, place)
  const { content } = message
  // Only a prefill may be empty.
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

function readRole(role: string, place: string): MessageRole {
  if (role === 'user' || role === 'assistant' || role === 'system') return role
  throw invalidRequest(`${place}.role: Input should be 'user' or 'assistant'`)
}

/** Puts an empty line between the texts of two messages. */
function join(turn: ReadTurn, next: ReadTurn): void {
  let isApart = turn.blocks.at(-1)?.part.type === 'text'
  for (const block of next.blocks) {
    const { part } = block
    const isNextText = isApart && part.type === 'text'
    turn.blocks.push(isNextText ? { ...block, part: { ...part, text: `\n\n${part.text}` } } : block)
    isApart = false
  }
}

function checkPrefill(last: ReadTurn | undefined): void {
  if (last?.role !== 'assistant') return
  const lastText = last.blocks.findLast(({ part }) => part.type === 'text' && part.text !== '')?.part
  if (lastText?.type === 'text' && /\s$/.test(lastText.text.slice(-1))) {
    throw invalidRequest('messages: final assistant content cannot end with trailing whitespace')
  }
}

function cacheableTurn({ role, blocks }: ReadTurn): CacheableTurn {
  const cacheable = blocks.map(({ part, cacheTtl }) => ({ block: part, cacheTtl }))
  // readBlock checked that every part belongs to the role.
  if (role === 'assistant') return { role, blocks: cacheable as Cacheable<AssistantPart>[] }
  const parts = cacheable as Cacheable<UserPart>[]
  const results = parts.filter(({ block }) => block.type === 'tool-result')
  return { role, blocks: [...results, ...parts.filter(({ block }) => block.type !== 'tool-result')] }
}
