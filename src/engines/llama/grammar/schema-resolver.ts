import { isJsonObject, type JsonObject } from '../../../util/json-object.ts'
import { MergedSchema } from './merged-schema.ts'
import { resolveReference } from './resolve-reference.ts'
import type { SchemaBudget } from './schema-budget.ts'
import {
  MATCHES_NOTHING,
  NO_SCHEMA,
  SchemaError,
  shortened,
  TOO_COMPLEX,
  TOO_RECURSIVE,
} from './schema-error.ts'

/** Most references in a row. */
const MAX_CHAIN = 512
/** A part takes longer than visiting a value. */
const PART_STEPS = 4

/** Merges a reference, all parts of an `allOf`, and their sibling keywords into one schema. */
export class SchemaResolver {
  readonly #root: JsonObject
  readonly #budget: SchemaBudget
  readonly #isStrict: boolean

  constructor(root: JsonObject, budget: SchemaBudget, isStrict: boolean) {
    this.#root = root
    this.#budget = budget
    this.#isStrict = isStrict
  }

  /** @throws SchemaError when the budget is exhausted, or a strict schema is recursive or refers to nothing */
  resolve(schema: JsonObject): JsonObject {
    const merged = new MergedSchema(this.#budget, this.#isStrict)
    this.#mergeAll(schema, new Set(), merged, true)
    return merged.toSchema()
  }

  /** Looks up a reference; undefined where a schema that is not strict refers to nothing. */
  lookUp(reference: string): unknown {
    this.#budget.spend(1)
    this.#budget.spendText(reference.length)
    const target = resolveReference(reference, this.#root)
    if (target === undefined && this.#isStrict) {
      throw new SchemaError(`${shortened(reference)} points at nothing in it`)
    }
    return target
  }

  /** @param followed the references that led here */
  #mergeAll(schema: JsonObject, followed: Set<string>, merged: MergedSchema, isOutermost: boolean): void {
    this.#budget.spend(PART_STEPS)
    if (followed.size > MAX_CHAIN) throw new SchemaError(TOO_COMPLEX)
    this.#budget.spendCopy(schema)
    const { allOf, $ref: reference, ...siblings } = schema
    if (typeof reference === 'string') {
      if (followed.has(reference) && this.#isStrict) throw new SchemaError(TOO_RECURSIVE)
      const target = this.lookUp(reference)
      if (isJsonObject(target) && !followed.has(reference)) {
        followed.add(reference)
        this.#mergeAll(target, followed, merged, false)
        followed.delete(reference)
      } else this.#checkPart(target)
    }
    merged.add(siblings, isOutermost)
    for (const part of Array.isArray(allOf) ? allOf : []) {
      this.#budget.spend(1)
      if (isJsonObject(part)) this.#mergeAll(part, followed, merged, false)
      else this.#checkPart(part)
    }
  }

  /** Without being strict, a part that is no object says nothing. */
  #checkPart(part: unknown): void {
    if (this.#isStrict && part === false) throw new SchemaError(MATCHES_NOTHING)
    if (this.#isStrict && !isJsonObject(part) && part !== true) throw new SchemaError(NO_SCHEMA)
  }
}
