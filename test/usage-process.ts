import { openSync, writeSync } from 'node:fs'
import { openState } from '../src/state/state.ts'
import { UsageJournal } from '../src/usage/usage-journal.ts'
import { UsageWriter } from '../src/usage/usage-writer.ts'
import { usageRow } from './usage-rows.ts'

/** A process that records usage, and the rows it has acknowledged, as fast as it can until a test kills it. */
const [place = '', folder = '', acknowledgedFile = '', label = ''] = process.argv.slice(2)
const state = await openState(place)
if (state === null) throw new Error('a place is not none')
// Small segments, so that segments often end.
const journal = new UsageJournal({ folder, instanceId: label, segmentBytes: 64 * 1024 })
const writer = new UsageWriter({ state, journal, onProblem: (text) => process.send?.(text) })
const acknowledged = openSync(acknowledgedFile, 'a')
await writer.start()
process.send?.('ready')
for (let n = 1; ; n++) {
  const row = usageRow({
    requestId: `${label}-${n}`,
    at: 1_796_000_000_000 + n * 60_000,
    model: `model-${n % 3}`,
    outputTokens: n,
  })
  // After the row, like the last bytes of a response.
  const appended = journal.append(row).then(() => writeSync(acknowledged, `${row.requestId}\n`))
  if (n % 20 === 0) await appended
}
