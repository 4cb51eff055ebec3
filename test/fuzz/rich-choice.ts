import fc from 'fast-check'
import type { CompletingRoute } from '../routes/completing-route.ts'

/** Which of a route's rich bodies to start with: none, the full one, or any. A number because it must fit every route. */
export const richChoice: fc.Arbitrary<number | null> = fc.oneof(
  fc.constant(null),
  fc.constant(0),
  fc.nat({ max: 1_000 }),
)

/** The chosen body; null for none. */
export function richBodyOf(
  route: CompletingRoute,
  modelId: string,
  choice: number | null,
): Record<string, unknown> | null {
  if (choice === null) return null
  const bodies = route.richBodies(modelId)
  return bodies[choice % bodies.length] ?? null
}
