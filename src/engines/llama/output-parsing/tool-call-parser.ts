import type { ReplyPart } from '../../../completion/reply-part.ts'
import type { GrammarRules } from '../grammar/grammar-rules.ts'
import type { GrammarTrigger } from '../grammar/output-constraint.ts'
import type { OutputScanner, Resumable } from './output-scanner.ts'
import type { ToolCallRules } from './tool-call-rules.ts'
import type { ToolSchemas } from './tool-schemas.ts'

/** What a section of calls is read with. */
export interface ToolCallContext {
  /** The text from right behind the section's opener; that is held. */
  readonly scanner: OutputScanner
  readonly startTag: string
  readonly tools: ToolSchemas
  readonly emit: (part: ReplyPart) => void
}

/** How a family of models writes calls of tools into its replies. */
export interface ToolCallParser {
  readonly name: string
  /** Texts that begin a section of calls, wherever they stand in a reply. */
  readonly startTags: readonly string[]
  /** Whether calls may begin the reply with no opener, as bare JSON. */
  readonly allowsBareJson: boolean
  /** All texts that delimit calls and may be control tokens. */
  readonly preservedTokens: readonly string[]

  /**
   * Reads a section of calls. What is no call is left where it is, or held.
   *
   * @returns false when what is held is no call: it is text then
   */
  readonly parseSection: (context: ToolCallContext) => Resumable<boolean>
  /** The right side of a rule for a section of calls, from its opener on. */
  readonly sectionRule: (rules: GrammarRules, calls: ToolCallRules) => string
  /** Where a model that calls tools as it likes has begun to. */
  readonly trigger: GrammarTrigger
}
