/** What a model may think before it replies. */
export interface ThinkingConstraint {
  /** Whether the prompt ends inside a thought already. */
  readonly isOpen: boolean
  /** The text that begins a thought. */
  readonly startTag: string
  /** The text that ends it. */
  readonly endTag: string
  /** What is put in the model's mouth to end a thought that is too long; ends with `closing`, or with white space behind it. */
  readonly forcedEnd: string
  /** Tokens of thought before that; null: as many as there are. */
  readonly maxTokens: number | null
}

/** What a reply is held to. */
export interface GrammarConstraint {
  /** In llama.cpp's notation; its first line is the rule `root`. */
  readonly text: string
  /** Where in the reply the grammar begins; null: with its first token. */
  readonly trigger: GrammarTrigger | null
}

/** A place in a reply, found by what is written there; the grammar's text begins with the match. */
export interface GrammarTrigger {
  /** The source of a regular expression. */
  readonly pattern: string
  /** Whether it counts only where the reply begins. */
  readonly isAtStart: boolean
}

/** What the engine's process sees to while it draws a reply, token by token. */
export interface OutputConstraint {
  /** Null where the model does not think, or where nobody minds how long. */
  readonly thinking: ThinkingConstraint | null
  readonly grammar: GrammarConstraint | null
}

/** Triggers a grammar wherever a text appears. */
export function literalTrigger(text: string): GrammarTrigger {
  return { pattern: text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'), isAtStart: false }
}
