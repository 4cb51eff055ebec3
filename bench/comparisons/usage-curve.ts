import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openState } from '../../src/state/state.ts'
import type { Bench } from '../bench.ts'
import type { BenchScale } from '../bench-options.ts'
import { point } from '../point-row.ts'
import type { Row } from '../report.ts'
import { fillUsage, monthByDay } from './reports.ts'

const REQUESTS: Record<BenchScale, readonly number[]> = {
  full: [10_000, 100_000, 1_000_000],
  quick: [10_000, 100_000, 300_000],
  smoke: [100, 200],
}
const TRIES = 5

/** A report of a month by day and model, and the insertion of a request, with more and more requests in it. */
export async function usageCurve({ options, log }: Bench): Promise<Row[]> {
  const rows: Row[] = []
  for (const requests of REQUESTS[options.scale]) {
    const folder = mkdtempSync(join(tmpdir(), 'continuo-usage-'))
    const state = await openState(folder)
    if (state === null) throw new Error('a folder is not none')
    try {
      log(`scaling: ${requests} requests in the usage`)
      const filledMs = performance.now()
      await fillUsage(state, requests, () => undefined)
      const insertUs = ((performance.now() - filledMs) * 1_000) / requests
      const times: number[] = []
      for (let index = 0; index < TRIES; index++) {
        const startMs = performance.now()
        await monthByDay(state)
        times.push(performance.now() - startMs)
      }
      const title = `${requests.toLocaleString('en-US')} requests in the usage`
      rows.push(
        point(`${title}: a month by day and model`, 'ms', Math.min(...times)),
        point(`${title}: recording one more`, 'µs', insertUs),
      )
    } finally {
      await state.close()
      rmSync(folder, { recursive: true })
    }
  }
  return rows
}
