import { isJsonObject, type JsonObject } from '../../../util/json-object.ts'
import { MergedSchema } from './merged-schema.ts'
import { resolveReference } from './resolve-reference.ts'
import type { SchemaBudget } from './schema-budget.ts'
import { SchemaError, shortened, TOO_COMPLEX, TOO_RECURSIVE } from './schema-error.ts'

/** References that lead from one to the next, with nothing in between. */
const MAX_CHAIN = 512
/** Steps of the budget for one part: it takes longer than to look at a value. */
const PART_STEPS = 4

/** Makes one schema of a reference, all parts of an `allOf`, and what stands beside them. */
export class SchemaResolver {
  readonly #root: JsonObject
  readonly #budget: SchemaBudget
  readonly #isStrict: boolean

  constructor(root: JsonObject, budget: SchemaBudget, isStrict: boolean) {
    this.#root = root
    this.#budget = budget
    this.#isStrict = isStrict
  }

  /** @throws SchemaError when it takes too many steps, or is strict and holds itself or a reference to nothing */
  resolve(schema: JsonObject): JsonObject {
    const merged = new MergedSchema(this.#budget)
    this.#mergeAll(schema, new Set(), merged)
    return merged.toSchema()
  }

  /** What a reference points at; undefined for nothing, if that is allowed. */
  resolveReferenceIn(reference: string): unknown {
    this.#budget.spend(1)
    this.#budget.spendText(reference.length)
    const target = resolveReference(reference, this.#root)
    if (target === undefined && this.#isStrict) {
      throw new SchemaError(`${shortened(reference)} points at nothing in it`)
    }
    return target
  }

  /** @param followed the references on the way here */
  #mergeAll(schema: JsonObject, followed: Set<string>, merged: MergedSchema): void {
    this.#budget.spend(PART_STEPS)
    if (followed.size > MAX_CHAIN) throw new SchemaError(TOO_COMPLEX)
    this.#budget.spendCopy(schema)
    const { allOf, $ref: reference, ...beside } = schema
    if (typeof reference === 'string') {
      if (followed.has(reference) && this.#isStrict) throw new SchemaError(TOO_RECURSIVE)
      const target = this.resolveReferenceIn(reference)
      if (isJsonObject(target) && !followed.has(reference)) {
        followed.add(reference)
        this.#mergeAll(target, followed, merged)
        followed.delete(reference)
      }
    }
    merged.add(beside)
    for (const part of Array.isArray(allOf) ? allOf : []) {
      this.#budget.spend(1)
      if (isJsonObject(part)) this.#mergeAll(part, followed, merged)
    }
  }
}
