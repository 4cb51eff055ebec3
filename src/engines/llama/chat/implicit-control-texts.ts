/** Such as `<|channel>`, `<channel|>` and `<｜User｜>`. */
const PIPED = /^<[|｜].+>$|^<.+[|｜]>$/s
/** Such as `<start_of_turn>` and `[INST]`, but also `<table>`, which may occur in any text. */
const BRACKETED = /^<.+>$|^\[.+\]$/s

/** How a model uses its tokens. */
export interface TokenUses {
  /** The chat template; empty if there is none. */
  readonly source: string
  /** Markers that the output parser looks for: the model's own text may contain these. */
  readonly replyMarkers: readonly string[]
}

/**
 * The user-defined tokens that a model treats as control tokens. Its file does not tell them from tokens such as
 * `<table>` or runs of spaces, and the tokenizer recognizes them everywhere.
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
