import { allowsSeveralCalls, type CompletionRequest } from '../../../completion/completion-request.ts'
import type { JsonObject } from '../../../util/json-object.ts'
import { GrammarRules, literal } from '../grammar/grammar-rules.ts'
import type { GrammarConstraint } from '../grammar/output-constraint.ts'
import { SchemaError } from '../grammar/schema-error.ts'
import { SchemaGrammar } from '../grammar/schema-grammar.ts'
import type { OutputFormat } from './output-format.ts'
import type { OutputStart } from './parser-context.ts'
import type { ToolCallParser } from './tool-call-parser.ts'
import { toolCallRule } from './tool-call-rules.ts'
import { unsupportedSchema } from './unsupported-schema.ts'

/** After its thinking a model leaves an empty line. */
const SPACE_AFTER_THINKING = '[ \\n]{0,4}'

/** What the grammar depends on besides the request. */
export interface OutputGrammarOptions {
  /** Null where all output is text. */
  readonly format: OutputFormat | null
  readonly start: OutputStart
  /** Whether thinking comes before the constrained output. */
  readonly hasThinking: boolean
}

/**
 * The grammar that constrains a reply: to tool calls where a tool must be called, to JSON where there is an output
 * schema, and to the schemas of strict tools wherever the model starts a call. Null if the reply is unconstrained.
 *
 * @throws CompletionError `invalid-request` when a schema that must be enforced is not supported
 */
export function outputGrammar(
  request: CompletionRequest,
  options: OutputGrammarOptions,
): GrammarConstraint | null {
  try {
    return buildGrammar(request, options)
  } catch (error) {
    throw error instanceof SchemaError ? unsupportedSchema('tools', error) : error
  }
}

function buildGrammar(request: CompletionRequest, options: OutputGrammarOptions): GrammarConstraint | null {
  const { prompt, toolChoice } = request
  const calls = prompt.tools.length > 0 ? (options.format?.calls ?? null) : null
  const mustCall = calls !== null && toolChoice.type !== 'auto'
  const { isOutputStrict = false } = prompt
  // A prefill may not fit the schema.
  const outputSchema = prompt.prefill === '' ? prompt.outputSchema : null
  const mustFit = outputSchema !== null
  const rules = new GrammarRules()
  const alternatives: string[] = []
  if (outputSchema !== null && !mustCall)
    alternatives.push(schemaBody(rules, outputSchema, isOutputStrict, options))
  if (calls !== null && (mustCall || mustFit || prompt.tools.some(({ isStrict }) => isStrict))) {
    alternatives.push(callsBody(rules, request, calls))
  }
  if (alternatives.length === 0) return null
  const isAtOnce = mustCall || mustFit
  const space = options.hasThinking && isAtOnce ? `${SPACE_AFTER_THINKING} ` : ''
  const body =
    alternatives.length === 1 && space === '' ? alternatives[0] : `${space}( ${alternatives.join(' | ')} )`
  const names = prompt.tools.map(({ name }) => name)
  return { text: rules.text(body ?? ''), trigger: isAtOnce ? null : (calls?.trigger(names) ?? null) }
}

function callsBody(rules: GrammarRules, request: CompletionRequest, format: ToolCallParser): string {
  const { prompt, toolChoice } = request
  const tools = prompt.tools.filter((tool) => toolChoice.type !== 'tool' || tool.name === toolChoice.name)
  const calls = tools.map((tool) => toolCallRule(rules, tool))
  return format.sectionRule(rules, { calls, allowsSeveral: allowsSeveralCalls(request) })
}

function schemaBody(
  rules: GrammarRules,
  schema: JsonObject,
  isStrict: boolean,
  { format, start }: OutputGrammarOptions,
): string {
  const rule = schemaRule(rules, schema, isStrict)
  if (format?.messages && start !== 'prefill') return `${literal(format.messages.textStart)} ${rule}`
  const [startTag, endTag] = format?.responseTags ?? []
  if (startTag === undefined || endTag === undefined) return rule
  return `${literal(startTag)}? ${rule} ${literal(endTag)}?`
}

function schemaRule(rules: GrammarRules, schema: JsonObject, isStrict: boolean): string {
  try {
    return new SchemaGrammar(rules, schema, { isStrict }).valueRule(schema)
  } catch (error) {
    throw error instanceof SchemaError ? unsupportedSchema('The schema of the reply', error) : error
  }
}
