/** One turn of a conversation, without its marker and without the white space around it. */
export interface Turn {
  readonly role: 'human' | 'assistant'
  readonly text: string
}

/** A prompt that passed the turn rules, in both of its forms. */
export interface Prompt {
  /** The whole text for models that take it verbatim; only white space at its two ends may differ from what came. */
  readonly text: string
  /** What stands before the first Human turn; empty if nothing does. */
  readonly systemText: string
  /** The turns up to the last Assistant marker. The first is human. */
  readonly turns: readonly Turn[]
  /** What the Assistant's last turn already holds; empty if nothing. The completion continues it. */
  readonly prefill: string
}
