const MAX_MEMBERS = 32
/** Every tracing system passes on this much. Upstreams bound the size of headers. */
const MAX_CHARACTERS = 512
/** Members longer than this are omitted first. */
const MAX_SHORT_MEMBER_CHARACTERS = 128
const MEMBER =
  /^([a-z0-9][a-z0-9_\-*/@]{0,255})=([\x20-\x2b\x2d-\x3c\x3e-\x7e]{0,255}[\x21-\x2b\x2d-\x3c\x3e-\x7e])$/

/**
 * The state of tracing systems to pass on: unchanged but for white space and members beyond the limits. Empty where there is
 * none or any of it is malformed.
 *
 * @see W3C Trace Context, "Tracestate Header"
 */
export function readTraceState(header: string): string {
  const members = header
    .split(',')
    .map(withoutOuterSpace)
    .filter((member) => member !== '')
  const keys = members.map((member) => MEMBER.exec(member)?.[1])
  const isWhole = !keys.includes(undefined) && new Set(keys).size === keys.length
  return isWhole && members.length <= MAX_MEMBERS ? shortened(members).join(',') : ''
}

/** A regular expression would take quadratic time for a long run of spaces, and `trim` removes other spaces too. */
function withoutOuterSpace(text: string): string {
  const isSpace = (index: number) => text[index] === ' ' || text[index] === '\t'
  let start = 0
  let end = text.length
  while (start < end && isSpace(start)) start += 1
  while (end > start && isSpace(end - 1)) end -= 1
  return text.slice(start, end)
}

/** Keeps whole members, and those at the front rather than others: they are the most recent. */
function shortened(members: readonly string[]): readonly string[] {
  if (charactersOf(members) <= MAX_CHARACTERS) return members
  const kept = [...members]
  while (charactersOf(kept) > MAX_CHARACTERS) {
    const long = kept.findLastIndex((member) => member.length > MAX_SHORT_MEMBER_CHARACTERS)
    kept.splice(long === -1 ? kept.length - 1 : long, 1)
  }
  return kept
}

function charactersOf(members: readonly string[]): number {
  return members.join(',').length
}
