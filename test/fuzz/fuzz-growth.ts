import { chooseGrownRequests } from '../growth/choose-grown-requests.ts'
import { GROWING_ROUTES, grownRequests, modelsOf } from '../growth/grown-requests.ts'
import { measureGrowth } from '../growth/measure-growth.ts'
import { JudgedServer } from '../judges/judged-server.ts'
import { type RegressionName, withRegression } from '../judges/regressions.ts'
import type { HeavyResult } from './fuzz-heavily.ts'

/** Bodies are grown up to this. */
const [MAX_BYTES, MAX_LONG_BYTES] = [128 * 1024, 512 * 1024]
/** Most failures that are reported. */
const MAX_FAILURES = 20

/**
 * Grows what callers can make large, one thing after the other: twice as much may cost two and a half times as much.
 *
 * @param isLong whether everything is grown, and further
 * @param only the name of the only thing to grow
 */
export async function fuzzGrowth({
  seed,
  isLong,
  only,
  regression,
}: {
  readonly seed: number
  readonly isLong: boolean
  readonly only: string | null
  readonly regression: RegressionName | null
}): Promise<HeavyResult> {
  const all = GROWING_ROUTES.flatMap((route) => modelsOf(route).flatMap((id) => grownRequests(route, id)))
  const short = isLong || only !== null ? all : GROWING_ROUTES.flatMap(chooseGrownRequests)
  const chosen = short.filter(({ name }) => only === null || name === only)
  const failures: string[] = []
  const start = () => JudgedServer.start(withRegression(regression))
  let server = await start()
  try {
    for (const grown of chosen) {
      if (failures.length >= MAX_FAILURES) break
      const violation = await measureGrowth(server, grown, isLong ? MAX_LONG_BYTES : MAX_BYTES)
      server.forget()
      if (violation === null) continue
      const again = `npm run fuzz -- --only growth --seed ${seed} --path '${grown.name}'`
      failures.push(`${violation.where}: ${violation.message}\n  Meet it again: ${again}`)
      await server.close()
      server = await start()
    }
    return { count: chosen.length, failures }
  } finally {
    await server.close()
  }
}
