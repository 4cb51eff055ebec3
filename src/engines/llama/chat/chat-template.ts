import { CompletionError } from '../../../completion/completion-error.ts'
import { conversationPrompt } from '../../../completion/conversation-prompt.ts'
import { EngineLoadError } from '../../../completion/engine-load-error.ts'
import { type Prompt, TEXT_ONLY } from '../../../completion/prompt.ts'
import { textTurn } from '../../../completion/turn.ts'
import type { OutputFormat } from '../output-parsing/output-format.ts'
import type { OutputStart } from '../output-parsing/parser-context.ts'
import { GENERIC_TOOL_CALLS } from '../output-parsing/tool-call-parsers.ts'
import { AuthorEncoding } from './author-encoding.ts'
import { RenderBudget, RenderBudgetError } from './render-budget.ts'
import { probeTemplate, type TemplateCapabilities } from './template-capabilities.ts'
import { messageShapes, type TemplateMessage, templateMessages } from './template-messages.ts'
import {
  type RenderOptions,
  requiredVariables,
  TemplateRenderer,
  type TemplateTexts,
} from './template-renderer.ts'
import { mentionsTools, withCallsInText, withToolsDescribed, withToolsInWords } from './tools-in-words.ts'

const PLAIN = new AuthorEncoding([])

const PROBE = conversationPrompt({
  systemText: '',
  turns: [textTurn('user', 'Hello')],
  prefill: '',
  ...TEXT_ONLY,
})

/**
 * Limits for probing a template, and for rendering one prompt in all shapes. Templates take 30 to 300 steps for a turn;
 * some go through all turns again for each turn with tool calls.
 */
const MAX_PROBE_STEPS = 4_000_000
const MAX_PROMPT_STEPS = 5_000_000
const MAX_STEPS_PER_PART = 500

export interface RenderedTemplate {
  /** Encoded like the prompt. */
  readonly text: string
  readonly start: OutputStart
}

/** The chat template of a model's file, in Jinja. */
export class ChatTemplate {
  readonly #renderer: TemplateRenderer
  readonly #capabilities: TemplateCapabilities

  /** @throws EngineLoadError when the template cannot be parsed, or does not render a single question */
  constructor(source: string, texts: TemplateTexts) {
    try {
      this.#renderer = new TemplateRenderer(source, texts)
      this.#capabilities = probeTemplate(this.#renderer, new RenderBudget(MAX_PROBE_STEPS))
      this.render(PROBE)
    } catch (error) {
      const { message } = (error instanceof CompletionError ? error.cause : error) as Error
      throw new EngineLoadError(
        `The model's chat template cannot be used (${message}): use --format raw to send prompts as text.`,
      )
    }
  }

  /** Its `calls` are null where the template does not show their form: they are described in words. */
  get outputFormat(): OutputFormat {
    return this.#capabilities.outputFormat
  }

  /**
   * Renders a prompt up to the start of the completion.
   *
   * @param code the encoding of the prompt's texts
   * @throws CompletionError `invalid-request` when the template refuses the conversation in every shape, or takes too
   *   many steps
   */
  render(prompt: Prompt, code = PLAIN): RenderedTemplate {
    const budget = new RenderBudget(MAX_PROMPT_STEPS + MAX_STEPS_PER_PART * partsOf(prompt))
    let refusal: unknown
    for (const written of this.#formsOf(prompt)) {
      for (const extras of [{}, requiredVariables()]) {
        for (const shape of messageShapes(written)) {
          try {
            const messages = templateMessages(written, this.#capabilities.style, shape)
            return this.#renderMessages(written, messages, { extras, code, budget })
          } catch (error) {
            if (error instanceof RenderBudgetError) throw tooMuch(error)
            refusal ??= error
          }
        }
      }
    }
    throw new CompletionError(
      'invalid-request',
      `prompt: the model's chat template refuses it: ${code.decode((refusal as Error).message)}`,
      { cause: refusal },
    )
  }

  /** The prompt as the template supports it, then in words alone, for tools and calls that the template refuses. */
  *#formsOf(prompt: Prompt): Generator<Prompt> {
    const { outputFormat, listsTools, writesCalls } = this.#capabilities
    const calls = outputFormat.calls ?? GENERIC_TOOL_CALLS
    if (outputFormat.calls !== null) {
      const listed = listsTools ? prompt : withToolsDescribed(prompt, calls)
      yield writesCalls ? listed : withCallsInText(listed, calls)
    }
    const hasTools = prompt.tools.length > 0 || mentionsTools(prompt)
    if (outputFormat.calls === null || (hasTools && calls.write !== null))
      yield withToolsInWords(prompt, calls)
  }

  #renderMessages(
    prompt: Prompt,
    messages: readonly TemplateMessage[],
    means: Pick<RenderOptions, 'extras' | 'code' | 'budget'>,
  ): RenderedTemplate {
    const { prefill, tools } = prompt
    const { mark } = means.code
    // Thinking comes before a prefill.
    const isThinkingEnabled = prompt.isThinkingEnabled && prefill === ''
    const render = (all: readonly TemplateMessage[], addsGenerationPrompt: boolean) =>
      this.#renderer.render(all, { addsGenerationPrompt, tools, isThinkingEnabled, ...means })
    if (prefill === '') return this.#beginOutput(render(messages, true), prompt)
    // A finished turn with the mark as its text shows what the template puts before a text: templates trim and cut texts.
    const finished = render([...messages, { role: 'assistant', content: mark }], false)
    const at = finished.lastIndexOf(mark)
    if (at !== -1) return { text: finished.slice(0, at) + prefill, start: 'prefill' }
    return { text: this.#beginOutput(render(messages, true), prompt).text + prefill, start: 'prefill' }
  }

  /** Some templates write the start tag of thinking, even where thinking is disabled. */
  #beginOutput(text: string, { isThinkingEnabled, tools, prefill }: Prompt): RenderedTemplate {
    const { thinking, messages } = this.outputFormat
    const wantsThinking = isThinkingEnabled && prefill === ''
    if (messages !== null) {
      // A model that may call tools has to choose the recipient itself.
      const isText = !wantsThinking && tools.length === 0
      return isText ? { text: text + messages.textStart, start: 'prefill' } : { text, start: 'reply' }
    }
    if (thinking === null || !text.trimEnd().endsWith(thinking.startTag)) return { text, start: 'reply' }
    return wantsThinking
      ? { text, start: 'thinking' }
      : { text: text.trimEnd() + thinking.forcedEnd, start: 'reply' }
  }
}

function tooMuch(error: RenderBudgetError): CompletionError {
  return new CompletionError(
    'invalid-request',
    `prompt: the model's chat template does too much to render it: ${error.message}`,
    { cause: error },
  )
}

function partsOf({ turns, tools }: Prompt): number {
  return turns.reduce((sum, { parts }) => sum + 1 + parts.length, tools.length)
}
