/** What is found in a reply, in its order. Pieces of the same kind may come one after the other. */
export type OutputPart =
  | { readonly type: 'thinking'; readonly text: string }
  | { readonly type: 'text'; readonly text: string }
  /** A call of a tool that there is begins; its input follows. */
  | { readonly type: 'call-start'; readonly name: string }
  /** More of the text of one JSON object. */
  | { readonly type: 'call-input'; readonly json: string }
  | { readonly type: 'call-end' }

/** Where a reader puts what it has found. */
export type EmitPart = (piece: OutputPart) => void
