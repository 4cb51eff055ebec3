import { basename } from 'node:path'
import { compareReplies, type ReplyComparison } from './replies/compare-replies.ts'
import { KNOWN_REPLIES } from './replies/known-replies.ts'

interface FamilyCount {
  /** The form of its calls. */
  calls: string
  cases: number
  equal: number
  readonly reasons: Map<string, number>
}

/**
 * Compares what is read in replies, and prints what differs.
 *
 * @param source llama.cpp's source
 * @returns how many replies are read otherwise without a known reason, or not the same in pieces
 */
export function reportReplies(source: string, name: string, { showsTable }: { showsTable: boolean }): number {
  const families = new Map<string, FamilyCount>()
  let [cases, equal, known, wrong] = [0, 0, 0, 0]
  for (const comparison of compareReplies(source, name)) {
    const family = familyOf(comparison, families)
    const reason = KNOWN_REPLIES.find(({ applies }) => applies(comparison.test))?.reason
    cases++
    family.cases++
    if (comparison.isEqual) {
      equal++
      family.equal++
    } else if (reason !== undefined) {
      known++
      family.reasons.set(reason, (family.reasons.get(reason) ?? 0) + 1)
    }
    const isWrong = (!comparison.isEqual && reason === undefined) || !comparison.isSameInPieces
    if (isWrong) wrong += report(comparison)
  }
  if (showsTable) printTable(families)
  console.log(
    `${cases} replies of llama.cpp's chat tests: ${equal} are read as there, ${known} otherwise for a reason, ${wrong} wrongly`,
  )
  return wrong
}

function familyOf({ test, calls }: ReplyComparison, families: Map<string, FamilyCount>): FamilyCount {
  const template = basename(test.template, '.jinja')
  const family = families.get(template) ?? { calls, cases: 0, equal: 0, reasons: new Map() }
  families.set(template, family)
  return family
}

function report({ test, ours, theirs, isSameInPieces }: ReplyComparison): number {
  console.log(`${basename(test.template)}: ${JSON.stringify(test.reply)}`)
  console.log(`  here      ${JSON.stringify(ours)}\n  llama.cpp ${JSON.stringify(theirs)}`)
  if (!isSameInPieces) console.log('  it is read otherwise in pieces')
  return 1
}

/** Prints the table of docs/fidelity.md. */
function printTable(families: ReadonlyMap<string, FamilyCount>): void {
  for (const [template, { calls, cases, equal, reasons }] of families) {
    const why = [...reasons].map(([reason, count]) => `${count}: ${reason}`).join('; ')
    console.log(`| ${template} | ${calls} | ${cases} | ${equal} | ${why} |`)
  }
}
