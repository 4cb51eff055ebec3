import type { CompletionRequest } from '../../../completion/completion-request.ts'
import type { JsonObject } from '../../../util/json-object.ts'
import { GrammarRules, literal } from '../grammar/grammar-rules.ts'
import type { GrammarBounds } from '../grammar/output-constraint.ts'
import { SchemaError } from '../grammar/schema-error.ts'
import { SchemaGrammar } from '../grammar/schema-grammar.ts'
import type { ReplyFormat } from './output-format.ts'
import type { ReplyStart } from './output-parsing.ts'
import type { CallFormat } from './tool-call-parser.ts'
import { callRule } from './tool-call-rules.ts'
import { unboundSchema } from './unconstrained-schema.ts'

/** Behind its thoughts a model leaves a line before the reply. */
const SPACE_BEHIND_THOUGHTS = '[ \\n]{0,4}'
const HARMONY_ANSWER = '<|channel|>final<|message|>'

/** What a grammar depends on beside the request. */
export interface ReplyGrammarOptions {
  /** Null where whatever the model writes is text. */
  readonly format: ReplyFormat | null
  readonly start: ReplyStart
  /** Whether thoughts come before what is bound. */
  readonly hasThought: boolean
}

/**
 * The grammar that a reply has to keep to: calls where tools must be called, JSON where a schema is given, and calls of
 * strict tools wherever the model begins one. Null if it may be anything.
 *
 * @throws CompletionError `invalid-request` when a schema that has to be kept to cannot be
 */
export function replyGrammar(request: CompletionRequest, options: ReplyGrammarOptions): GrammarBounds | null {
  try {
    return boundGrammar(request, options)
  } catch (error) {
    throw error instanceof SchemaError ? unboundSchema('tools', error) : error
  }
}

function boundGrammar(request: CompletionRequest, options: ReplyGrammarOptions): GrammarBounds | null {
  const { prompt, toolChoice } = request
  const calls = prompt.tools.length > 0 ? (options.format?.calls ?? null) : null
  const mustCall = calls !== null && toolChoice.type !== 'auto'
  // A reply that is begun already may fit or not.
  const replySchema = prompt.prefill === '' ? prompt.replySchema : null
  const mustFit = replySchema !== null
  const rules = new GrammarRules()
  const alternatives: string[] = []
  if (replySchema !== null && !mustCall) alternatives.push(schemaBody(rules, replySchema, options))
  if (calls !== null && (mustCall || mustFit || prompt.tools.some(({ isStrict }) => isStrict))) {
    alternatives.push(callsBody(rules, request, calls))
  }
  if (alternatives.length === 0) return null
  const isAtOnce = mustCall || mustFit
  const space = options.hasThought && isAtOnce ? `${SPACE_BEHIND_THOUGHTS} ` : ''
  const body =
    alternatives.length === 1 && space === '' ? alternatives[0] : `${space}( ${alternatives.join(' | ')} )`
  return { text: rules.text(body ?? ''), trigger: isAtOnce ? null : (calls?.trigger ?? null) }
}

function callsBody(rules: GrammarRules, request: CompletionRequest, format: CallFormat): string {
  const { prompt, toolChoice, allowsParallelToolCalls } = request
  const tools = prompt.tools.filter((tool) => toolChoice.type !== 'tool' || tool.name === toolChoice.name)
  const calls = tools.map((tool) => callRule(rules, tool))
  return format.sectionRule(rules, { calls, isMany: allowsParallelToolCalls })
}

function schemaBody(rules: GrammarRules, schema: JsonObject, { format, start }: ReplyGrammarOptions): string {
  const rule = schemaRule(rules, schema)
  if (format?.isHarmony && start !== 'prefill') return `${literal(HARMONY_ANSWER)} ${rule}`
  const [opening, closing] = format?.wrappers ?? []
  if (opening === undefined || closing === undefined) return rule
  return `${literal(opening)}? ${rule} ${literal(closing)}?`
}

function schemaRule(rules: GrammarRules, schema: JsonObject): string {
  try {
    return new SchemaGrammar(rules, schema, { isStrict: false }).valueRule(schema)
  } catch (error) {
    throw error instanceof SchemaError ? unboundSchema('The schema of the reply', error) : error
  }
}
