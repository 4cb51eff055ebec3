/** Such as `<|channel>`, `<channel|>` and `<｜User｜>`. */
const PIPED = /^<[|｜].+>$|^<.+[|｜]>$/s
/** Such as `<start_of_turn>` and `[INST]`; also what may stand in any text: `<table>`. */
const BRACKETED = /^<.+>$|^\[.+\]$/s

/** What is known of how a model uses its tokens. */
export interface TokenUses {
  /** The chat template; empty if there is none. */
  readonly source: string
  /** What replies are read by: words of the model itself may hold these. */
  readonly replyMarkers: readonly string[]
}

/**
 * The user-defined tokens that a model treats as control tokens. To its file they are tokens like `<table>` and runs of
 * spaces, and the tokenizer reads them wherever they stand.
 */
export function implicitControlTexts(
  userDefinedTexts: readonly string[],
  { source, replyMarkers }: TokenUses,
): string[] {
  const ofReplies = new Set(replyMarkers)
  return userDefinedTexts.filter(
    (text) => PIPED.test(text) || (BRACKETED.test(text) && source.includes(text) && !ofReplies.has(text)),
  )
}
