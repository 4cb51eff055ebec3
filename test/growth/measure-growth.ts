import { HttpCaller } from '../http-caller.ts'
import type { JudgedServer } from '../judges/judged-server.ts'
import { jsonOf } from '../routes/growable-fields.ts'
import { Violation } from '../violation.ts'
import { type Cost, findSteepGrowth, type SteepGrowth } from './find-steep-growth.ts'
import type { GrownRequest } from './grown-requests.ts'

/** The smallest body of each kind; small schemas may mean a lot. */
const MIN_BYTES = {
  text: 8_192,
  name: 16_384,
  list: 8_192,
  field: 16_384,
  schema: 512,
  pattern: 512,
  wrong: 16_384,
} as const
/** The size ratio of consecutive bodies: over one doubling, noise would matter too much. */
const FACTOR = 4
/** What is doubtful is grown further, up to this. */
const MAX_DOUBTFUL_BYTES = 4 * 1024 * 1024
/** What looks steep is measured so often again; what is steep stays so. */
const REPEATS = 4
/** Nothing that is refused or answered takes so long, even on a machine that has much else to do. */
const PATIENCE_MS = 60_000

/**
 * Sends a request with ever more of one thing.
 *
 * @param maxBytes of a body, if there is no doubt
 * @returns what did not hold; the server may have ended then
 */
export async function measureGrowth(
  server: JudgedServer,
  grown: GrownRequest,
  maxBytes: number,
): Promise<Violation | null> {
  const http = new HttpCaller(server.steady.url, PATIENCE_MS)
  const costs: Cost[] = []
  let steep: SteepGrowth | null = null
  try {
    for (let bytes: number = MIN_BYTES[grown.kind]; bytes <= MAX_DOUBTFUL_BYTES; bytes *= FACTOR) {
      if (bytes > maxBytes && steep === null) break
      const body = jsonOf(grown.bodyOf(grown.countFor(bytes)))
      if (body.length < (costs.at(-1)?.bytes ?? 0) * 2) break
      costs.push({ bytes: body.length, processorMs: await costOf(server, http, grown, body) })
      if (findSteepGrowth(costs) !== null) {
        const processorMs = await leastCostOf(server, http, grown, body)
        costs.splice(-1, 1, { bytes: body.length, processorMs })
      }
      steep = findSteepGrowth(costs)
      if (steep?.isDoubtful === false) return new Violation(grown.name, steep.message)
    }
    return null
  } catch (error) {
    return error instanceof Violation
      ? new Violation(grown.name, `${error.where}: ${error.message}`, { cause: error })
      : new Violation(grown.name, String(error), { cause: error })
  } finally {
    http.close()
  }
}

async function leastCostOf(...args: Parameters<typeof costOf>): Promise<number> {
  let least = Number.POSITIVE_INFINITY
  for (let repeat = 0; repeat < REPEATS; repeat++) least = Math.min(least, await costOf(...args))
  return least
}

async function costOf(
  server: JudgedServer,
  http: HttpCaller,
  { route }: GrownRequest,
  body: string,
): Promise<number> {
  const beforeMs = await server.processorMs()
  const response = await http.send({ method: 'POST', path: route.path, headers: route.headers, body })
  const afterMs = await server.processorMs()
  const [stall] = await server.findStalls()
  if (stall !== undefined) {
    throw new Violation(
      stall.where,
      `${stall.message}, for ${body.length} bytes, answered with ${response.status}`,
    )
  }
  return afterMs - beforeMs
}
