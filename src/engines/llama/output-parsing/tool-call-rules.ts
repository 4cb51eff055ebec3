import type { Tool } from '../../../completion/tool.ts'
import type { JsonObject } from '../../../util/json-object.ts'
import type { GrammarRules } from '../grammar/grammar-rules.ts'
import { SchemaError } from '../grammar/schema-error.ts'
import { SchemaGrammar } from '../grammar/schema-grammar.ts'
import { unsupportedSchema, unsupportedToolSchema } from './unsupported-schema.ts'

/** A tool that may be called, and the rules for its input. */
export interface ToolCallRule {
  readonly name: string
  /** The schema of the input, which is an object whatever it says. */
  readonly schema: JsonObject
  /** The name of a rule for the whole input as JSON. */
  readonly inputRule: () => string
  /** The name of a rule for a value of a schema inside the input's. */
  readonly valueRule: (schema: unknown) => string
  readonly isStrict: boolean
}

/** What may be called under a grammar. */
export interface ToolCallRules {
  readonly calls: readonly ToolCallRule[]
  /** Whether a reply may hold several calls. */
  readonly allowsSeveral: boolean
}

/**
 * The rules for a tool. What its schema says counts as far as it can be bound; a strict tool's counts in full.
 *
 * The rules throw a CompletionError `invalid-request` where a strict tool's schema cannot be bound.
 */
export function toolCallRule(rules: GrammarRules, tool: Tool): ToolCallRule {
  const schema: JsonObject = { ...tool.inputSchema, type: 'object' }
  const grammar = new SchemaGrammar(rules, schema, tool)
  const lenient = (rule: () => string, otherwise: 'object' | 'value') => {
    try {
      return rule()
    } catch (error) {
      if (!(error instanceof SchemaError)) throw error
      if (tool.isStrict) throw unsupportedToolSchema(tool.name, error)
      // The steps are those of all tools: the next would find none left.
      if (rules.budget.isExhausted) throw unsupportedSchema('tools', error)
      return rules.primitive(otherwise)
    }
  }
  return {
    name: tool.name,
    schema,
    inputRule: () => lenient(() => grammar.valueRule(schema), 'object'),
    valueRule: (part) => lenient(() => grammar.valueRule(part), 'value'),
    isStrict: tool.isStrict,
  }
}
