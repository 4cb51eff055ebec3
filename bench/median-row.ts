import { OURS } from './contender.ts'
import type { Row } from './report.ts'
import { spreadOf } from './spread.ts'

/** How many times a peer's speed the rows reach in the median. */
const MEDIAN_GOAL = 1.15

/** A row for the ratios of all rows to a peer; none where the peer was not measured. */
export function medianRow(rows: readonly Row[], peer: string): Row[] {
  const ratios = rows.flatMap(({ samples, better }) => {
    const [ours = [], theirs = []] = [samples.get(OURS), samples.get(peer)]
    if (ours.length === 0 || theirs.length === 0) return []
    const ratio = spreadOf(ours).median / spreadOf(theirs).median
    return [better === 'higher' ? ratio : 1 / ratio]
  })
  if (ratios.length === 0) return []
  return [
    {
      title: `all rows, beside ${peer}`,
      unit: 'times as fast',
      better: 'higher',
      samples: new Map([[OURS, ratios]]),
      goals: [{ against: null, value: MEDIAN_GOAL }],
    },
  ]
}
