import { CompletionError } from '../../../completion/completion-error.ts'
import { conversationPrompt } from '../../../completion/conversation-prompt.ts'
import { EngineLoadError } from '../../../completion/engine-load-error.ts'
import { type Prompt, TEXT_ALONE } from '../../../completion/prompt.ts'
import { textTurn } from '../../../completion/turn.ts'
import type { ReplyFormat } from '../reply/reply-format.ts'
import type { ReplyStart } from '../reply/reply-reading.ts'
import { withGenericTools } from './generic-tools.ts'
import { messageForms, type TemplateMessage, templateMessages } from './template-messages.ts'
import { type RenderOptions, TemplateRenderer, type TemplateTexts } from './template-renderer.ts'
import { findTemplateTraits, type TemplateTraits } from './template-traits.ts'

/** Some templates look into lists that they expect to be there. They are given only to one that fails without them. */
const NOTHING_TO_USE = { tools: [], documents: [], available_tools: [], functions: '', datetime: '' }
/** What a model of channels writes before its answer. */
const HARMONY_ANSWER = '<|channel|>final<|message|>'

/** The plainest of all prompts. */
const PROBE = conversationPrompt({
  systemText: '',
  turns: [textTurn('human', 'Hello')],
  prefill: '',
  ...TEXT_ALONE,
})

/** A prompt as its model reads it. */
export interface RenderedPrompt {
  readonly text: string
  /** Where in the reply it ends. */
  readonly start: ReplyStart
}

/** A model's own form of a conversation, a Jinja template out of its file. */
export class ChatTemplate {
  readonly #renderer: TemplateRenderer
  readonly #traits: TemplateTraits

  /** @throws EngineLoadError when the template cannot be read, or not even renders a question */
  constructor(source: string, texts: TemplateTexts) {
    try {
      this.#renderer = new TemplateRenderer(source, texts)
      this.#traits = findTemplateTraits(this.#renderer)
      this.render(PROBE)
    } catch (error) {
      const { message } = (error instanceof CompletionError ? error.cause : error) as Error
      throw new EngineLoadError(
        `The model's chat template cannot be used (${message}): use --format raw to send prompts verbatim.`,
      )
    }
  }

  /** How replies are written; its calls are null where tools have to be explained in words. */
  get replyFormat(): ReplyFormat {
    return this.#traits.replyFormat
  }

  /**
   * Renders a prompt up to the place where the completion begins.
   *
   * @throws CompletionError `invalid-request` when the template refuses this conversation in every form
   */
  render(prompt: Prompt): RenderedPrompt {
    const told = this.replyFormat.calls === null ? withGenericTools(prompt) : prompt
    let refusal: unknown
    for (const extras of [{}, NOTHING_TO_USE]) {
      for (const form of messageForms(told)) {
        try {
          return this.#renderMessages(told, templateMessages(told, this.#traits.style, form), extras)
        } catch (error) {
          refusal ??= error
        }
      }
    }
    throw new CompletionError(
      'invalid-request',
      `prompt: the model's chat template refuses it: ${(refusal as Error).message}`,
      { cause: refusal },
    )
  }

  #renderMessages(
    prompt: Prompt,
    messages: readonly TemplateMessage[],
    extras: RenderOptions['extras'],
  ): RenderedPrompt {
    const { prefill, tools } = prompt
    // Who goes on with a reply has thought before.
    const thinks = prompt.thinks && prefill === ''
    const render = (all: readonly TemplateMessage[], addsGenerationPrompt: boolean) =>
      this.#renderer.render(all, {
        addsGenerationPrompt,
        tools,
        thinks,
        extras,
      })
    if (prefill === '') return this.#beginReply(render(messages, true), prompt)
    // Rendered as a finished turn and cut off behind its text, so that whatever the template puts before it is there.
    const finished = render([...messages, { role: 'assistant', content: prefill }], false)
    const start = finished.lastIndexOf(prefill)
    if (start !== -1) return { text: finished.slice(0, start + prefill.length), start: 'prefill' }
    return { text: this.#beginReply(render(messages, true), prompt).text + prefill, start: 'prefill' }
  }

  /** Some templates open a thought, also where none is wanted. */
  #beginReply(text: string, { thinks, tools, prefill }: Prompt): RenderedPrompt {
    const { thought, isHarmony } = this.replyFormat
    const wantsThought = thinks && prefill === ''
    if (isHarmony) {
      // A model of channels that may call tools has to choose the channel by itself.
      const isAnswer = !wantsThought && tools.length === 0
      return isAnswer ? { text: text + HARMONY_ANSWER, start: 'prefill' } : { text, start: 'reply' }
    }
    if (thought === null || !text.trimEnd().endsWith(thought.opening)) return { text, start: 'reply' }
    return wantsThought
      ? { text, start: 'thought' }
      : { text: text.trimEnd() + thought.forcedClosing, start: 'reply' }
  }
}
