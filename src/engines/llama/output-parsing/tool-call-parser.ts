import type { ReplyPart } from '../../../completion/reply-part.ts'
import type { Tool } from '../../../completion/tool.ts'
import type { JsonObject } from '../../../util/json-object.ts'
import type { GrammarRules } from '../grammar/grammar-rules.ts'
import type { GrammarTrigger } from '../grammar/output-constraint.ts'
import type { OutputScanner, Resumable } from './output-scanner.ts'
import type { ToolCallRules } from './tool-call-rules.ts'

export type ToolsByName = ReadonlyMap<string, Tool>

/** What a section of tool calls is parsed with. */
export interface ToolCallContext {
  /** Positioned after the section's start tag, with the mark before it. */
  readonly scanner: OutputScanner
  readonly startTag: string
  readonly tools: ToolsByName
  readonly emit: (part: ReplyPart) => void
}

/** How a family of models writes tool calls. */
export interface ToolCallParser {
  readonly name: string
  /** Texts that start a section of tool calls, anywhere in a reply. */
  readonly startTags: readonly string[]
  /** Whether a reply may start with a call as JSON without a start tag. */
  readonly allowsBareJson: boolean
  /** Tags within and after a call. */
  readonly otherTags: readonly string[]
  /** All texts around calls that may be control tokens. */
  readonly preservedTokens: readonly string[]

  /** @returns false when the marked text is not a tool call, and so is text */
  readonly parseSection: (context: ToolCallContext) => Resumable<boolean>
  /** The body of a grammar rule for a section of tool calls, from its start tag on. */
  readonly sectionRule: (rules: GrammarRules, calls: ToolCallRules) => string
  /** Where a model that may call tools of these names has started to. */
  readonly trigger: (names: readonly string[]) => GrammarTrigger
  /** Writes calls as a model of the family does; null where they are no part of a turn's text. */
  readonly write: ((calls: readonly WrittenCall[]) => string) | null
  /** Other forms that models write after the same start tags; read only. */
  readonly alternatives?: readonly ToolCallParser[]
  /** Texts in a template that show the form, where the template writes no calls; the start tag by default. */
  readonly evidence?: readonly string[]
}

/** A call of an earlier turn. */
export interface WrittenCall {
  readonly name: string
  readonly input: JsonObject
}

export function toolsByName(tools: readonly Tool[]): ToolsByName {
  return new Map(tools.map((tool) => [tool.name, tool]))
}
