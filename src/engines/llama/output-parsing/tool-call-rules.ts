import type { Tool } from '../../../completion/tool.ts'
import type { JsonObject } from '../../../util/json-object.ts'
import { GrammarRules } from '../grammar/grammar-rules.ts'
import { SchemaError } from '../grammar/schema-error.ts'
import { SchemaGrammar } from '../grammar/schema-grammar.ts'
import { unsupportedSchema, unsupportedToolSchema } from './unsupported-schema.ts'

/** The grammar rules for one tool. */
export interface ToolCallRule {
  readonly name: string
  /** The schema of the input, always with the type `object`. */
  readonly schema: JsonObject
  /** The name of a rule for the input as JSON. */
  readonly inputRule: () => string
  /** The name of a rule for the value of a parameter, as JSON. */
  readonly valueRule: (parameter: string, schema: unknown) => string
  /** The name of a rule for the value of a parameter that is a string, without quotes. */
  readonly textRule: (parameter: string, schema: unknown) => string
  readonly isStrict: boolean
  /** Throws a CompletionError where the tool is strict and its schema, as a whole, is not supported. */
  readonly check: () => void
}

/** The tools that a grammar allows to be called. */
export interface ToolCallRules {
  readonly calls: readonly ToolCallRule[]
  /** Whether the reply may hold several calls. */
  readonly allowsSeveral: boolean
}

/**
 * Creates the rules for a tool. Unsupported parts of its schema are not enforced; for a strict tool the rules throw a
 * CompletionError `invalid-request`.
 */
export function toolCallRule(rules: GrammarRules, tool: Tool): ToolCallRule {
  const schema: JsonObject = { ...tool.inputSchema, type: 'object' }
  const grammar = new SchemaGrammar(rules, schema, tool)
  const lenient = (rule: () => string, otherwise: 'object' | 'value' | 'anyText') => {
    try {
      return rule()
    } catch (error) {
      if (!(error instanceof SchemaError)) throw error
      if (tool.isStrict) throw unsupportedToolSchema(tool.name, error)
      // All tools share one budget.
      if (rules.budget.isExhausted) throw unsupportedSchema('tools', error)
      return rules.primitive(otherwise)
    }
  }
  return {
    name: tool.name,
    schema,
    inputRule: () => lenient(() => grammar.valueRule(schema), 'object'),
    valueRule: (name, part) => lenient(() => grammar.valueRule(part, ['properties', name]), 'value'),
    textRule: (name, part) => lenient(() => grammar.textRule(part, ['properties', name]), 'anyText'),
    check: () => {
      // Rules that are not part of the grammar.
      if (tool.isStrict)
        lenient(
          () => new SchemaGrammar(new GrammarRules(rules.budget), schema, tool).valueRule(schema),
          'object',
        )
    },
    isStrict: tool.isStrict,
  }
}
