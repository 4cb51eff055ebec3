/** How much a model may think before it replies. */
export interface ThinkingConstraint {
  /** Whether the prompt ends with the start tag. */
  readonly isOpen: boolean
  readonly startTag: string
  readonly endTag: string
  /** The tokens forced on the model when the budget is used up; ends with `endTag` and white space. */
  readonly forcedEnd: string
  /** The budget of thinking tokens; null for none. */
  readonly maxTokens: number | null
}

/** The grammar of a reply. */
export interface GrammarConstraint {
  /** In llama.cpp's notation (GBNF); its first line is the rule `root`. */
  readonly text: string
  /** Where the grammar starts; null for the first token. */
  readonly trigger: GrammarTrigger | null
}

/** Starts a grammar where the reply matches a pattern; the grammar covers the match. */
export interface GrammarTrigger {
  /** The source of a regular expression. */
  readonly pattern: string
  /** Whether it matches only at the start of the reply. */
  readonly isAtStart: boolean
}

/** What the engine's process enforces while it samples a reply. */
export interface OutputConstraint {
  /** Null where the model does not think, or thinks without a budget. */
  readonly thinking: ThinkingConstraint | null
  readonly grammar: GrammarConstraint | null
}

/** Triggers a grammar wherever a text appears. */
export function literalTrigger(text: string): GrammarTrigger {
  return { pattern: text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'), isAtStart: false }
}
