/** Tool calls as elements all the way down: a key is a tag, the items of a list are elements called `item`. */
export interface ElementToolCallStyle {
  readonly name: string
  /** Before every tag. */
  readonly tagStart: string
  readonly section: string
  /** Around a tool's name. */
  readonly beforeName: string
  readonly afterName: string
  readonly endOfTool: string
}
