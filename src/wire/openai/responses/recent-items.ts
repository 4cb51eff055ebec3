import type { CacheScope } from '../../../completion/cache-scope.ts'
import type { AssistantPart } from '../../../completion/turn.ts'

/** Most items that are kept. */
export const MAX_RECENT_ITEMS = 4_096
/** Most code units of all items that are kept. */
export const MAX_RECENT_UNITS = 8 * 1024 * 1024
/** What an item counts as besides its text. */
const UNITS_PER_ITEM = 128

/** Finds an item by its id; undefined if it is not known, or of others. */
export type FindItem = (id: string) => AssistantPart | undefined

interface RecentItem {
  readonly scope: CacheScope
  readonly part: AssistantPart
  readonly units: number
}

/**
 * The output items of the last responses, in memory. Clients that expect a server to store responses send the ids of
 * items in place of the items, as Vercel's AI SDK does between the steps of one call.
 */
export class RecentItems {
  readonly #items = new Map<string, RecentItem>()
  #units = 0

  /** @param units the code units of its texts */
  add(scope: CacheScope, id: string, part: AssistantPart, units: number): void {
    const item = { scope, part, units: units + UNITS_PER_ITEM }
    if (item.units > MAX_RECENT_UNITS) return
    this.#items.set(id, item)
    this.#units += item.units
    for (const [oldest, { units: freed }] of this.#items) {
      if (this.#items.size <= MAX_RECENT_ITEMS && this.#units <= MAX_RECENT_UNITS) return
      this.#items.delete(oldest)
      this.#units -= freed
    }
  }

  /** Code units that an item counts as; 0 for one that is not kept. */
  unitsOf(id: string): number {
    return this.#items.get(id)?.units ?? 0
  }

  /** Only for the scope that received it. */
  find(scope: CacheScope, id: string): AssistantPart | undefined {
    const item = this.#items.get(id)
    return item?.scope === scope ? item.part : undefined
  }
}
