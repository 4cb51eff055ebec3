import type { Deviation, SchemaComparison } from './compare-schemas.ts'
import { knownReason } from './known-schema-differences.ts'
import type { SchemaCase } from './schema-cases.ts'

/** What is counted over all cases of a source. */
export class SchemaReport {
  readonly counts = { schemas: 0, refused: 0, valid: 0, invalid: 0, validAccepted: 0, invalidRefused: 0 }
  /** The same where schemas are not strict. */
  readonly loose = { refused: 0, validAccepted: 0, invalidRefused: 0 }
  /** Why strict schemas are refused. */
  readonly refusals = new Map<string, number>()
  /** Valid values that are refused, by rule. */
  readonly narrowed = new Map<string, number>()
  /** Invalid values that are accepted where the schema is not strict, by what a strict one is refused for. */
  readonly unbound = new Map<string, number>()
  readonly faults: string[] = []

  add(one: SchemaCase, strict: SchemaComparison, loose: SchemaComparison): void {
    this.counts.schemas++
    for (const { isValid } of one.instances) this.counts[isValid ? 'valid' : 'invalid']++
    this.counts.validAccepted += strict.validAccepted
    this.counts.invalidRefused += strict.invalidRefused
    this.loose.validAccepted += loose.validAccepted
    this.loose.invalidRefused += loose.invalidRefused
    if (loose.refusal !== null) this.loose.refused++
    if (strict.refusal !== null) {
      this.counts.refused++
      increment(this.refusals, kindOf(strict.refusal))
    }
    for (const deviation of strict.validRefused) this.#judge(one, deviation, null)
    for (const deviation of strict.invalidAccepted) this.#judge(one, deviation, null)
    for (const deviation of loose.validRefused) this.#judge(one, deviation, this.narrowed)
    for (const deviation of loose.invalidAccepted) {
      if (strict.refusal === null) this.#judge(one, deviation, this.unbound)
      else increment(this.unbound, kindOf(strict.refusal))
    }
  }

  /** @param counted null for a strict schema, whose deviations the looser one has too */
  #judge(one: SchemaCase, { reason, instance, text }: Deviation, counted: Map<string, number> | null): void {
    const name = `${one.name}: ${instance}`
    const why = knownReason(name) ?? reason ?? undefined
    if (why === undefined) this.faults.push(`${counted === null ? 'strict' : 'loose'}: ${name}: ${text}`)
    else if (counted !== null) increment(counted, why)
  }
}

function increment(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1)
}

/** What was refused, without names of the schema. */
function kindOf(refusal: string): string {
  if (refusal.endsWith('points at nothing in it')) return '$ref to nothing in the schema'
  if (refusal.endsWith('is no type')) return 'an unknown type'
  return refusal.replace(
    /^an allOf has two values of (.*), which is not supported$/,
    'two values of $1 in an allOf',
  )
}
