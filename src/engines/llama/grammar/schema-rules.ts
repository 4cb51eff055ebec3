import type { GrammarRules } from './grammar-rules.ts'

/** What the rules of objects and lists need of the schema's grammar that they are part of. */
export interface SchemaRules {
  readonly rules: GrammarRules
  /** The name of a rule for a part of the schema, which is where the steps lead. */
  readonly partRule: (schema: unknown, steps: readonly (string | number)[]) => string
  /** @throws SchemaError in a strict schema; one that is not strict is enforced as far as it can be */
  readonly unsupported: (why: string) => void
}
