import { EngineLoadError } from '../../completion/engine-load-error.ts'
import type { Prompt } from '../../completion/prompt.ts'
import { ChatTemplate } from './chat-template.ts'
import { ControlTextGuard } from './control-text-guard.ts'
import type { LoadedModel, PromptText } from './engine-messages.ts'

/**
 * How a model takes turns: `raw`, as the text they came in; `chat`, through its own template. A prompt of the kind
 * `verbatim` has none and goes to it as it is.
 */
export type PromptFormat = 'raw' | 'chat'

/** Makes of a prompt what the model reads. */
export interface PromptForm {
  readonly format: PromptFormat
  readonly promptText: (prompt: Prompt) => PromptText
}

/**
 * The form for a model: the one that was asked for, else `chat` where its file holds a template.
 *
 * @throws EngineLoadError when `chat` was asked for and there is no template, or none that can be read
 */
export function choosePromptForm(model: LoadedModel, asked: PromptFormat | null): PromptForm {
  if (asked === 'chat' && model.chatTemplate === null) {
    throw new EngineLoadError(
      'The model file holds no chat template: use --format raw to send prompts verbatim.',
    )
  }
  if (asked === 'raw' || model.chatTemplate === null) return rawForm(model)
  return chatForm(model, model.chatTemplate)
}

function rawForm(model: LoadedModel): PromptForm {
  return {
    format: 'raw',
    promptText: (prompt) =>
      prompt.kind === 'verbatim'
        ? verbatimText(prompt, model)
        : { parts: [prompt.text], parseSpecial: false },
  }
}

function chatForm(model: LoadedModel, source: string): PromptForm {
  const { beginningOfSequenceText, endOfSequenceText, addsBeginningOfSequence } = model
  const template = new ChatTemplate(source, {
    // Written by the template and added by the tokenizer it would stand there twice.
    beginningOfSequence: addsBeginningOfSequence ? '' : beginningOfSequenceText,
    endOfSequence: endOfSequenceText,
  })
  const guard = new ControlTextGuard(model.controlTexts)
  const render = (prompt: Prompt) => openedOnce(template.render(prompt), model)
  return {
    format: 'chat',
    promptText: (prompt) =>
      prompt.kind === 'verbatim'
        ? verbatimText(prompt, model)
        : { parts: guard.render(prompt, render), parseSpecial: true },
  }
}

/** Such a text is its caller's alone, with whatever control tokens stand in it. */
function verbatimText(prompt: Prompt, model: LoadedModel): PromptText {
  return { parts: [openedOnce(prompt.text, model)], parseSpecial: true }
}

/** Without the token that is put before every prompt anyway. */
function openedOnce(text: string, { addsBeginningOfSequence, beginningOfSequenceText }: LoadedModel): string {
  const opensTwice = addsBeginningOfSequence && text.startsWith(beginningOfSequenceText)
  return opensTwice ? text.slice(beginningOfSequenceText.length) : text
}
