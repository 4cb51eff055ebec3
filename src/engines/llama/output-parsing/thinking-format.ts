/** How a model writes its thinking. */
export interface ThinkingFormat {
  readonly startTag: string
  readonly endTag: string
  /** The text that makes the model stop thinking; ends with `endTag` and white space. */
  readonly forcedEnd: string
}
