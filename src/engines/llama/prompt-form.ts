import { conversationPrompt } from '../../completion/conversation-prompt.ts'
import { EngineLoadError } from '../../completion/engine-load-error.ts'
import type { Prompt } from '../../completion/prompt.ts'
import { ChatTemplate } from './chat/chat-template.ts'
import { ControlTextGuard } from './chat/control-text-guard.ts'
import { mentionsTools, withGenericTools } from './chat/generic-tools.ts'
import { withReplySchemaText } from './chat/reply-schema-text.ts'
import type { LoadedModel, PromptText } from './engine-messages.ts'
import { GENERIC_CALLS } from './reply/call-formats.ts'
import type { ReplyFormat } from './reply/reply-format.ts'
import type { ReplyStart } from './reply/reply-reading.ts'

/**
 * How a model takes turns: `raw`, as the text they came in; `chat`, through its own template. A prompt of the kind
 * `verbatim` has none and goes to it as it is.
 */
export type PromptFormat = 'raw' | 'chat'

/** A prompt as the model reads it, and where in the reply it ends. */
export interface FormedPrompt {
  readonly text: PromptText
  readonly start: ReplyStart
}

/** Makes of a prompt what the model reads. */
export interface PromptForm {
  readonly format: PromptFormat
  /** How the model writes its replies; null where whatever it writes is text. */
  readonly replyFormatOf: (prompt: Prompt) => ReplyFormat | null
  /** @throws CompletionError `invalid-request` when the model's template refuses the prompt */
  readonly form: (prompt: Prompt) => FormedPrompt
}

/** What tools are read by in words of others, where a template has no control tokens for it. */
const RESULT_MARKERS = ['<tool_response>', '</tool_response>', '<tools>', '</tools>']

const PLAIN_TEXT: ReplyFormat = { thought: null, calls: null, wrappers: [], isHarmony: false }

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
    replyFormatOf: ({ kind, tools }) =>
      kind === 'conversation' && tools.length > 0 ? { ...PLAIN_TEXT, calls: GENERIC_CALLS } : null,
    form: (prompt) =>
      prompt.kind === 'verbatim'
        ? verbatim(prompt, model)
        : { text: { parts: [toldText(prompt)], parseSpecial: false }, start: startOf(prompt) },
  }
}

/** The text of a prompt; where its tools and its schema are not in it yet, with these. */
function toldText(prompt: Prompt): string {
  if (prompt.tools.length === 0 && prompt.replySchema === null && !mentionsTools(prompt)) return prompt.text
  return conversationPrompt(withGenericTools(withReplySchemaText(prompt))).text
}

function chatForm(model: LoadedModel, source: string): PromptForm {
  const { beginningOfSequenceText, endOfSequenceText, addsBeginningOfSequence } = model
  const template = new ChatTemplate(source, {
    // Written by the template and added by the tokenizer it would stand there twice.
    beginningOfSequence: addsBeginningOfSequence ? '' : beginningOfSequenceText,
    endOfSequence: endOfSequenceText,
  })
  const { replyFormat } = template
  const guard = new ControlTextGuard(model.controlTexts, markersOf(replyFormat))
  return {
    format: 'chat',
    replyFormatOf: ({ kind, tools }) => {
      if (kind === 'verbatim') return null
      return { ...replyFormat, calls: tools.length > 0 ? (replyFormat.calls ?? GENERIC_CALLS) : null }
    },
    form: (prompt) => {
      if (prompt.kind === 'verbatim') return verbatim(prompt, model)
      const guarded = guard.guard(withReplySchemaText(prompt))
      const { text, start } = template.render(guarded.prompt)
      return { text: { parts: guarded.split(openedOnce(text, model)), parseSpecial: true }, start }
    },
  }
}

function markersOf({ thought, calls, wrappers }: ReplyFormat): string[] {
  const ofThoughts = thought === null ? [] : [thought.opening, thought.closing]
  return [...ofThoughts, ...wrappers, ...(calls === null ? [] : [...calls.markers, ...RESULT_MARKERS])]
}

/** Such a text is its caller's alone, with whatever control tokens stand in it. */
function verbatim(prompt: Prompt, model: LoadedModel): FormedPrompt {
  return { text: { parts: [openedOnce(prompt.text, model)], parseSpecial: true }, start: 'prefill' }
}

function startOf({ prefill }: Prompt): ReplyStart {
  return prefill === '' ? 'reply' : 'prefill'
}

/** Without the token that is put before every prompt anyway. */
function openedOnce(text: string, { addsBeginningOfSequence, beginningOfSequenceText }: LoadedModel): string {
  const opensTwice = addsBeginningOfSequence && text.startsWith(beginningOfSequenceText)
  return opensTwice ? text.slice(beginningOfSequenceText.length) : text
}
