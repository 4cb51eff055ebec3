import type { AssistantPart, UserPart } from '../completion/turn.ts'
import type { CacheableConversation } from './cacheable-conversation.ts'

/** What an image counts as: some 1,600 tokens. */
const IMAGE_UNITS = 6_400
/** What the schema of a tool, or the input of a call, counts as. */
const JSON_UNITS = 400

/** The size of a conversation in UTF-16 code units, about: enough to estimate its tokens. */
export function conversationUnits({ tools, system, turns }: CacheableConversation): number {
  let units = 0
  for (const { block } of tools) units += block.name.length + (block.description?.length ?? 0) + JSON_UNITS
  for (const { block } of system) units += block.length
  for (const { blocks } of turns) for (const { block } of blocks) units += partUnits(block)
  return units
}

function partUnits(part: UserPart | AssistantPart): number {
  switch (part.type) {
    case 'text':
    case 'thinking':
      return part.text.length
    case 'image':
      return IMAGE_UNITS
    case 'tool-call':
      return part.name.length + JSON_UNITS
    case 'tool-result':
      return part.parts.reduce((sum, inner) => sum + partUnits(inner), 0)
  }
}
