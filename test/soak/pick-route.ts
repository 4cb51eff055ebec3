import type { CompletingRoute } from '../routes/completing-route.ts'
import { COMPLETING_ROUTES } from '../routes/completing-routes.ts'
import { TURNS_ONLY_MODELS } from '../steady-server.ts'
import { pick, type Random } from './random.ts'

/** One of the routes on which a model answers. */
export function pickRoute(random: Random, modelId: string): CompletingRoute {
  const mayTake = COMPLETING_ROUTES.filter(({ takesTurns }) => takesTurns || !TURNS_ONLY_MODELS.has(modelId))
  return pick(random, mayTake)
}
