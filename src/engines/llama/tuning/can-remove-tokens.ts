import type { DecodingContext } from '../decoding/decoding-context.ts'

/** Any token will do. */
const TOKEN_ID = 0
const SEQ_ID = 0

/** Asks llama.cpp whether the last tokens of a sequence can be removed, as rejected drafts are. Leaves the context empty. */
export function canRemoveTokens(context: DecodingContext): boolean {
  for (const position of [0, 1]) context.addToBatch(SEQ_ID, TOKEN_ID, position, position === 1)
  context.decodeBatch()
  const canRemove = context.truncate(SEQ_ID, 1)
  context.clear(SEQ_ID)
  return canRemove
}
