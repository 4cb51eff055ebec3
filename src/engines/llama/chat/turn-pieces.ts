import type { AssistantPart, Turn, UserPart } from '../../../completion/turn.ts'
import type { TurnPiece } from './render-messages.ts'

/** Copying this much to another thread takes a few milliseconds. */
const MAX_PIECE_PARTS = 500
const MAX_PIECE_UNITS = 1_048_576
/** Copying a turn takes about as long as this many parts. */
const PARTS_PER_TURN = 2

/** Cuts turns into portions that are each copied in a short time. */
export function* turnPieces(turns: readonly Turn[]): Generator<TurnPiece[]> {
  let pieces: TurnPiece[] = []
  let parts = 0
  let units = 0
  for (const turn of turns) {
    parts += PARTS_PER_TURN
    let open: (UserPart | AssistantPart)[] = []
    let continues = false
    for (const part of turn.parts.flatMap(cutText)) {
      open.push(part)
      parts++
      units += part.type === 'text' ? part.text.length : 0
      if (parts < MAX_PIECE_PARTS && units < MAX_PIECE_UNITS) continue
      yield [...pieces, pieceOf(turn, open, continues)]
      pieces = []
      open = []
      continues = true
      parts = 0
      units = 0
    }
    pieces.push(pieceOf(turn, open, continues))
  }
  yield pieces
}

/** Joins the pieces of turns. */
export function joinPieces(pieces: readonly TurnPiece[]): Turn[] {
  const turns: { role: Turn['role']; parts: (UserPart | AssistantPart)[] }[] = []
  for (const { turn, continues } of pieces) {
    const last = turns.at(-1)
    if (!continues || last === undefined) turns.push({ role: turn.role, parts: [...turn.parts] })
    else for (const part of turn.parts) last.parts.push(part)
  }
  return turns as Turn[]
}

function pieceOf(turn: Turn, parts: readonly (UserPart | AssistantPart)[], continues: boolean): TurnPiece {
  return { turn: { role: turn.role, parts } as Turn, continues }
}

/** Cuts a long text in several parts, which are rendered as one. */
function cutText(part: UserPart | AssistantPart): readonly (UserPart | AssistantPart)[] {
  if (part.type !== 'text' || part.text.length <= MAX_PIECE_UNITS) return [part]
  const count = Math.ceil(part.text.length / MAX_PIECE_UNITS)
  return Array.from({ length: count }, (_, index) => ({
    ...part,
    text: part.text.slice(index * MAX_PIECE_UNITS, (index + 1) * MAX_PIECE_UNITS),
  }))
}
