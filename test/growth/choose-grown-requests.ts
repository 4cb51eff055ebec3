import type { CompletingRoute, PlainRoute } from '../routes/completing-route.ts'
import { GROWING_ROUTES, type GrownRequest, grownRequests, modelsOf } from './grown-requests.ts'

/**
 * As many of a route's requests as can be grown in a minute: every place, and every kind of text, schema and pattern,
 * but not all of these in all of those. What is left out here the fuzzer and the soak draw by chance.
 */
export function chooseGrownRequests(route: CompletingRoute | PlainRoute): GrownRequest[] {
  const models = modelsOf(route)
  return models.flatMap((modelId, model) => {
    const counts = new Map<string, number>()
    return grownRequests(route, modelId).filter(({ kind, what }) => {
      // Texts of a place come one after the other, so that the next place begins with another kind.
      const group =
        kind === 'text' || kind === 'field'
          ? kind
          : `${kind} ${kind === 'list' || kind === 'name' ? '' : what.split(':')[0]}`
      const index = counts.get(group) ?? 0
      counts.set(group, index + 1)
      if (kind === 'field') return index % FIELD_SPACING === model
      if (kind === 'wrong') return index === (what.length + model) % WRONG_KINDS
      if (model > 0) return index % (models.length - 1) === model - 1
      return kind === 'list' || kind === 'name' || index % SPACING === 0 || isFirstPlace(route, what)
    })
  })
}

/** What a field may hold wrongly. */
const WRONG_KINDS = 5
/** No divisor of the number of kinds: each place gets others. */
const SPACING = 7
/** All fields are grown in `growing-fields.test.ts`, up to an engine. */
const FIELD_SPACING = 25

/** A route that shares its fields with one before need not show all kinds again. */
function isFirstPlace(route: CompletingRoute | PlainRoute, what: string): boolean {
  const { growable } = route
  if (GROWING_ROUTES.find((other) => other.growable === growable) !== route) return false
  const firsts = [growable?.texts, growable?.schemas].map((places) => Object.keys(places ?? {})[0])
  return firsts.includes(what.split(': ')[0])
}
