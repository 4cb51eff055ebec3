import { EngineLoadError } from '../../completion/engine-load-error.ts'
import type { Prompt } from '../../completion/prompt.ts'
import { ChatTemplate } from './chat-template.ts'
import { ControlTextGuard } from './control-text-guard.ts'
import type { LoadedModel, PromptText } from './engine-messages.ts'

/** How a model takes a prompt: `raw`, the text verbatim; `chat`, the turns through the model's own template. */
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
  if (asked === 'raw' || model.chatTemplate === null) return RAW_FORM
  return chatForm(model, model.chatTemplate)
}

const RAW_FORM: PromptForm = {
  format: 'raw',
  promptText: (prompt) => ({ parts: [prompt.text], parseSpecial: false }),
}

function chatForm(model: LoadedModel, source: string): PromptForm {
  const { beginningOfSequenceText, endOfSequenceText, addsBeginningOfSequence } = model
  const template = new ChatTemplate(source, {
    // Written by the template and added by the tokenizer it would stand there twice.
    beginningOfSequence: addsBeginningOfSequence ? '' : beginningOfSequenceText,
    endOfSequence: endOfSequenceText,
  })
  const guard = new ControlTextGuard(model.controlTexts)
  const render = (prompt: Prompt) => {
    const text = template.render(prompt)
    const opensTwice = addsBeginningOfSequence && text.startsWith(beginningOfSequenceText)
    return opensTwice ? text.slice(beginningOfSequenceText.length) : text
  }
  return {
    format: 'chat',
    promptText: (prompt) => ({ parts: guard.render(prompt, render), parseSpecial: true }),
  }
}
