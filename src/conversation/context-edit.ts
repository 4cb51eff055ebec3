/** Clears old results of tools, once there are many or the prompt is long. */
export interface ClearToolUses {
  readonly type: 'clear-tool-uses'
  /** What the prompt has to exceed. */
  readonly trigger: { readonly inputTokens: number } | { readonly toolUses: number }
  /** How many of the last stay. */
  readonly keptToolUses: number
  /** Nothing is cleared if it frees fewer tokens. */
  readonly minClearedTokens: number
  /** Tools whose results stay. */
  readonly keptTools: ReadonlySet<string>
  /** Whether what the tools were given goes too: of all, or of some by name. */
  readonly clearsInputs: boolean | ReadonlySet<string>
}

/** Clears thoughts of old turns. */
export interface ClearThinking {
  readonly type: 'clear-thinking'
  /** How many of the last turns with thoughts keep them; infinite for all. */
  readonly keptTurns: number
}

/** What a caller wants done to a conversation before a model reads it. */
export type ContextEdit = ClearToolUses | ClearThinking

/** An edit that changed something. */
export type AppliedEdit =
  | { readonly type: 'clear-tool-uses'; readonly clearedToolUses: number; readonly clearedTokens: number }
  | { readonly type: 'clear-thinking'; readonly clearedTurns: number; readonly clearedTokens: number }
