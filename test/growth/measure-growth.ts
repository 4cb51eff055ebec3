import { HttpCaller } from '../http-caller.ts'
import type { JudgedServer } from '../judges/judged-server.ts'
import { jsonOf } from '../routes/growable-fields.ts'
import { Violation } from '../violation.ts'
import { type Cost, findSteepGrowth } from './find-steep-growth.ts'
import type { GrownRequest } from './grown-requests.ts'

/** Bodies of these sizes, each four times the one before. */
const MIN_BYTES = { text: 4_096, name: 16_384, list: 4_096, schema: 512, pattern: 512, wrong: 4_096 } as const
const FACTOR = 4
/** What looks steep is measured so often again; what is steep stays so. */
const REPEATS = 4
/** Nothing that is refused or answered takes so long. */
const PATIENCE_MS = 15_000

/**
 * Sends a request with ever more of one thing.
 *
 * @returns what did not hold; the server may have ended then
 */
export async function measureGrowth(
  server: JudgedServer,
  grown: GrownRequest,
  maxBytes: number,
): Promise<Violation | null> {
  const http = new HttpCaller(server.steady.url, PATIENCE_MS)
  const costs: Cost[] = []
  try {
    for (let bytes: number = MIN_BYTES[grown.kind]; bytes <= maxBytes; bytes *= FACTOR) {
      const body = jsonOf(grown.bodyOf(grown.countFor(bytes)))
      const largest = costs.at(-1)?.bytes ?? 0
      if (body.length < largest * 2) break
      const cost = await costOf(server, http, grown, body)
      costs.push({ bytes: body.length, processorMs: cost })
      if (findSteepGrowth(costs) !== null) {
        costs[costs.length - 1] = {
          bytes: body.length,
          processorMs: await leastCostOf(server, http, grown, body),
        }
      }
      const steep = findSteepGrowth(costs)
      if (steep !== null) return new Violation(grown.name, steep)
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
