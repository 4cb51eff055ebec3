import type { MeasuredSettings } from '../settings.ts'

/** What the server needs to know of a loaded model. */
export interface LoadedModel {
  /** As llama.cpp describes it, such as `llama 7B Q8_0`. */
  readonly description: string
  /** Which build of llama.cpp runs it. */
  readonly buildName: string
  /** The size of its weights. */
  readonly fileBytes: number
  readonly parameters: number
  /** Null where the file does not say it. */
  readonly quantization: string | null
  readonly trainedContextTokens: number
  readonly contextWindowTokens: number
  readonly kvCacheBytesPerToken: number
  /** What its process takes once it is loaded, and when every sequence holds a whole window. */
  readonly memoryBytes: number
  readonly maxMemoryBytes: number
  readonly maxSequences: number
  /** Null where the file holds none, or an empty one. */
  readonly chatTemplate: string | null
  /** A template of its own for conversations with tools. */
  readonly toolUseTemplate: string | null
  readonly beginningOfSequenceText: string
  readonly endOfSequenceText: string
  /** Whether every prompt begins with a token of its own, so that a template must not write it too. */
  readonly addsBeginningOfSequence: boolean
  /** Texts that the tokenizer reads as control tokens where it parses them. */
  readonly controlTexts: readonly string[]
  /** The most bytes that one token stands for; null where this does not bound the number of a prompt's tokens. */
  readonly longestTokenBytes: number | null
  /** Texts that are single tokens everywhere, although the model's file does not call them control tokens. */
  readonly userDefinedTexts: readonly string[]
  /** Of the draft model, as llama.cpp describes it; null without one. */
  readonly draftDescription: string | null
  readonly settings: MeasuredSettings
  /** The longest that one step may take, as measured at load. */
  readonly longestStepMs: number
}
