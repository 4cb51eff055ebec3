/** Clears old tool results once there are many, or once the prompt is long. */
export interface ClearToolUses {
  readonly type: 'clear-tool-uses'
  /** What the prompt must exceed. */
  readonly trigger: { readonly inputTokens: number } | { readonly toolUses: number }
  /** How many of the last tool uses are kept. */
  readonly keptToolUses: number
  /** Nothing is cleared if it frees fewer tokens. */
  readonly minClearedTokens: number
  /** Tools whose results are kept. */
  readonly keptTools: ReadonlySet<string>
  /** Whether the inputs of tools are cleared too: of all tools, or of some by name. */
  readonly clearsInputs: boolean | ReadonlySet<string>
}

/** Clears the thinking of old turns. */
export interface ClearThinking {
  readonly type: 'clear-thinking'
  /** How many of the last turns with thinking keep it; infinite for all. */
  readonly keptTurns: number
}

/** A change to a conversation before a model reads it. */
export type ContextEdit = ClearToolUses | ClearThinking

/** An edit that changed the conversation. */
export type AppliedEdit =
  | { readonly type: 'clear-tool-uses'; readonly clearedToolUses: number; readonly clearedTokens: number }
  | { readonly type: 'clear-thinking'; readonly clearedTurns: number; readonly clearedTokens: number }
