import type { ToolCallParser } from './tool-call-parser.ts'

/** Tool calls as elements: one for the tool, and in it one for each parameter. Strings are written without quotes. */
export interface ParameterToolCallStyle {
  readonly name: string
  /** Null where nothing stands around the elements of tools. */
  readonly startTag: string | null
  readonly endTag: string
  /** Around a tool's name; `beforeName` is empty where the name follows the start tag. */
  readonly tool: NamedElement & { readonly endTag: string | null }
  readonly parameter: NamedElement & {
    /** In place of `afterName` for strings, in formats that mark them. */
    readonly afterStringName?: string
    readonly endTag: string
  }
  /** Also understood in place of the parameter's `afterName`. */
  readonly otherAfterNames?: readonly string[]
  /** White space around a value. */
  readonly padding: '' | '\n'
  /** White space between two elements; a line break by default. */
  readonly lineBreak?: ''
  /** Whether one section may hold several tools. */
  readonly holdsSeveral: boolean
  /** Tags around a value that may hold any text, also tags. */
  readonly quote?: { readonly startTag: string; readonly endTag: string }
  readonly alternatives?: readonly ToolCallParser[]
  readonly evidence?: readonly string[]
}

/** A tag with a name in it. */
export interface NamedElement {
  readonly beforeName: string
  readonly afterName: string
  /** Where attributes follow: what ends the name, and what ends the tag. */
  readonly attributes?: {
    readonly nameEnd: string
    readonly end: string
  }
}
