import type { BodyCosts } from '../wire/body-costs.ts'
import type { RequestContext } from './request-context.ts'
import { HELD_BYTES_PER_MEMBER } from './request-memory.ts'

/** What reading a request's body costs, on the request's accounts. */
export function bodyCostsOf({ memory, slices }: Pick<RequestContext, 'memory' | 'slices'>): BodyCosts {
  return { slices, holdMembers: (count) => memory.hold(count * HELD_BYTES_PER_MEMBER) }
}
