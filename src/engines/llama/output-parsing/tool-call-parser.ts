import type { ReplyPart } from '../../../completion/reply-part.ts'
import type { Tool } from '../../../completion/tool.ts'
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
  /** All texts around calls that may be control tokens. */
  readonly preservedTokens: readonly string[]

  /** @returns false when the marked text is not a tool call, and so is text */
  readonly parseSection: (context: ToolCallContext) => Resumable<boolean>
  /** The body of a grammar rule for a section of tool calls, from its start tag on. */
  readonly sectionRule: (rules: GrammarRules, calls: ToolCallRules) => string
  /** Where a model that may call tools has started to. */
  readonly trigger: GrammarTrigger
}

export function toolsByName(tools: readonly Tool[]): ToolsByName {
  return new Map(tools.map((tool) => [tool.name, tool]))
}
