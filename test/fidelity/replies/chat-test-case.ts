/** A message as llama.cpp's tests write it. */
export interface ChatTestMessage {
  role: string
  content: string
  reasoning: string
  calls: ChatTestCall[]
}

export interface ChatTestCall {
  readonly name: string
  /** JSON, which may break off. */
  readonly json: string
}

export interface ChatTestTool {
  readonly name: string
  readonly description: string
  /** A JSON schema. */
  readonly parameters: string
}

/** A reply to a prompt, and what llama.cpp reads in it. */
export interface ChatTestCase {
  /** The path of the template in llama.cpp's source. */
  readonly template: string
  readonly reply: string
  readonly tools: readonly ChatTestTool[]
  /** Empty for one question. */
  readonly messages: readonly ChatTestMessage[]
  readonly isThinkingEnabled: boolean
  /** Whether thinking is left in the text. */
  readonly keepsThinkingInText: boolean
  /** Which text of the last message the reply continues. */
  readonly continues: 'content' | 'reasoning' | null
  readonly hasOutputSchema: boolean
  /** Whether the reply breaks off. */
  readonly isCut: boolean
  readonly expected: ChatTestMessage
}
