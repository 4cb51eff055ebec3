import type { GrammarAutomaton } from '../../src/engines/llama/grammar/grammar-automaton.ts'
import { SchemaError } from '../../src/engines/llama/grammar/schema-error.ts'
import { schemaAutomaton } from '../schema-matcher.ts'
import { matchInstance } from './match-instance.ts'
import { reasonForRefusal } from './narrowing-rules.ts'
import type { SchemaCase } from './schema-cases.ts'

/** What a schema's grammar does with the values of which is known whether they fit. */
export interface SchemaComparison {
  /** Why the schema is refused; null where it is not. */
  readonly refusal: string | null
  readonly validAccepted: number
  readonly invalidRefused: number
  readonly validRefused: readonly Deviation[]
  readonly invalidAccepted: readonly Deviation[]
}

export interface Deviation {
  /** The rule by which a valid value is refused; null if there is none. */
  readonly reason: string | null
  readonly instance: string
  readonly text: string
}

/** Compares a schema's grammar with the values of a case. */
export function compareSchema({ schema, instances }: SchemaCase, isStrict: boolean): SchemaComparison {
  const automaton = automatonOf(schema, isStrict)
  if (typeof automaton === 'string') {
    return { refusal: automaton, validAccepted: 0, invalidRefused: 0, validRefused: [], invalidAccepted: [] }
  }
  let [validAccepted, invalidRefused] = [0, 0]
  const validRefused: Deviation[] = []
  const invalidAccepted: Deviation[] = []
  for (const { name, value, isValid } of instances) {
    const isAccepted = matchInstance(automaton, schema, value)
    const deviation = { instance: name, text: JSON.stringify(value) }
    if (isAccepted && isValid) validAccepted++
    else if (!isAccepted && !isValid) invalidRefused++
    else if (isAccepted) invalidAccepted.push({ ...deviation, reason: null })
    else validRefused.push({ ...deviation, reason: reasonForRefusal(automaton, schema, value) })
  }
  return { refusal: null, validAccepted, invalidRefused, validRefused, invalidAccepted }
}

/** @returns why the schema is refused, where it is */
function automatonOf(schema: unknown, isStrict: boolean): GrammarAutomaton | string {
  try {
    return schemaAutomaton(schema, isStrict)
  } catch (error) {
    if (error instanceof SchemaError) return error.message
    throw error
  }
}
