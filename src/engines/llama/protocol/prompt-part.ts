/** A part of a prompt. Parts are tokenized separately: no control token is read across the joint of two. */
export interface PromptPart {
  readonly text: string
  /** Whether the texts of control tokens become those tokens, as in what a chat template wrote. */
  readonly parseSpecial: boolean
}
