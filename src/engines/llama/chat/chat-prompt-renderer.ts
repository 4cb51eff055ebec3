import type { Prompt } from '../../../completion/prompt.ts'
import type { OutputFormat } from '../output-parsing/output-format.ts'
import type { OutputStart } from '../output-parsing/parser-context.ts'
import type { PromptPart } from '../protocol/engine-command.ts'
import { ChatTemplate } from './chat-template.ts'
import { ControlTextGuard } from './control-text-guard.ts'
import { implicitControlTexts } from './implicit-control-texts.ts'
import { withOutputSchemaText } from './output-schema-text.ts'

/** The chat template of a model's file, and the properties of its tokenizer. */
export interface RendererSetup {
  readonly source: string
  readonly beginningOfSequenceText: string
  readonly endOfSequenceText: string
  /** Whether the tokenizer starts every prompt with that token, so that the template must not write it too. */
  readonly addsBeginningOfSequence: boolean
  readonly controlTexts: readonly string[]
  readonly userDefinedTexts: readonly string[]
}

/** A prompt as the model reads it, and what it ends with. */
export interface RenderedPrompt {
  readonly parts: readonly PromptPart[]
  readonly start: OutputStart
}

/** Tags around tools and results, for templates without control tokens for them. */
const RESULT_MARKERS = ['<tool_response>', '</tool_response>', '<tools>', '</tools>']

/** Renders conversations, and keeps text of the request from being tokenized as control tokens. */
export class ChatPromptRenderer {
  readonly #template: ChatTemplate
  readonly #guard: ControlTextGuard
  /** The text that must not start a prompt twice; empty if there is none. */
  readonly #beginningOfSequence: string

  /** @throws EngineLoadError when the template cannot be used */
  constructor(setup: RendererSetup) {
    const { source, addsBeginningOfSequence, beginningOfSequenceText } = setup
    this.#template = new ChatTemplate(source, {
      // The tokenizer adds it: from the template it would appear twice.
      beginningOfSequence: addsBeginningOfSequence ? '' : beginningOfSequenceText,
      endOfSequence: setup.endOfSequenceText,
    })
    this.#beginningOfSequence = addsBeginningOfSequence ? beginningOfSequenceText : ''
    const markers = markersOf(this.outputFormat)
    this.#guard = new ControlTextGuard({
      controlTexts: setup.controlTexts,
      implicitControlTexts: implicitControlTexts(setup.userDefinedTexts, { source, replyMarkers: markers }),
      markers,
    })
  }

  get outputFormat(): OutputFormat {
    return this.#template.outputFormat
  }

  /** @throws CompletionError `invalid-request` when the template refuses the prompt, or takes too many steps */
  render(prompt: Prompt): RenderedPrompt {
    const { prompt: encoded, code } = this.#guard.guard(withOutputSchemaText(prompt))
    const { text, start } = this.#template.render(encoded, code)
    return { parts: this.#guard.split(this.#openedOnce(text), code), start }
  }

  /** Text of the request is encoded, and so is never removed. */
  #openedOnce(text: string): string {
    return this.#beginningOfSequence !== '' && text.startsWith(this.#beginningOfSequence)
      ? text.slice(this.#beginningOfSequence.length)
      : text
  }
}

function markersOf({ thinking, calls, responseTags, strayTags }: OutputFormat): string[] {
  const thinkingMarkers = thinking === null ? [] : [thinking.startTag, thinking.endTag]
  return [
    ...thinkingMarkers,
    ...responseTags,
    ...strayTags,
    ...(calls === null ? [] : [...calls.preservedTokens, ...RESULT_MARKERS]),
  ]
}
