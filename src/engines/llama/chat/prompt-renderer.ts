import { conversationPrompt } from '../../../completion/conversation-prompt.ts'
import { EngineLoadError } from '../../../completion/engine-load-error.ts'
import type { Prompt } from '../../../completion/prompt.ts'
import type { ReplyFormat } from '../output-parsing/output-format.ts'
import { GENERIC_CALLS } from '../output-parsing/tool-call-parsers.ts'
import type { LoadedModel } from '../process/engine-messages.ts'
import type { FormedPrompt } from './chat-prompt-renderer.ts'
import { ControlTextGuard } from './control-text-guard.ts'
import { mentionsTools, withGenericTools } from './generic-tools.ts'
import { markTexts } from './mark-texts.ts'
import { withReplySchemaText } from './output-schema-text.ts'
import { RenderThreads } from './render-threads.ts'

/**
 * How a model takes turns: `raw`, as the text they came in; `chat`, through its own template. A prompt of the kind
 * `verbatim` has none and goes to it as it is.
 */
export type PromptFormat = 'raw' | 'chat'

/** Makes of a prompt what the model reads. */
export interface PromptForm {
  readonly format: PromptFormat
  /** How the model writes its replies; null where whatever it writes is text. */
  readonly replyFormatOf: (prompt: Prompt) => ReplyFormat | null
  /** Rejects with a CompletionError: `invalid-request` when the model's template refuses the prompt. */
  readonly form: (prompt: Prompt, signal: AbortSignal) => Promise<FormedPrompt>
  readonly close: () => Promise<void>
}

const PLAIN_TEXT: ReplyFormat = { thought: null, calls: null, wrappers: [], isHarmony: false }

/**
 * The form for a model: the one that was asked for, else `chat` where its file holds a template. Rejects with an
 * EngineLoadError when `chat` was asked for and there is no template, or none that can be used.
 */
export async function choosePromptForm(model: LoadedModel, asked: PromptFormat | null): Promise<PromptForm> {
  if (asked === 'chat' && model.chatTemplate === null) {
    throw new EngineLoadError(
      'The model file holds no chat template: use --format raw to send prompts verbatim.',
    )
  }
  if (asked === 'raw' || model.chatTemplate === null) return rawForm(model)
  return chatForm(model, model.chatTemplate)
}

function rawForm(model: LoadedModel): PromptForm {
  const marks = markTexts(model.userDefinedTexts, { source: '', replyMarkers: [] })
  const guard = new ControlTextGuard({ controlTexts: [], markTexts: marks, markers: [] })
  return {
    format: 'raw',
    replyFormatOf: ({ kind, tools }) =>
      kind === 'conversation' && tools.length > 0 ? { ...PLAIN_TEXT, calls: GENERIC_CALLS } : null,
    form: async (prompt) =>
      prompt.kind === 'verbatim'
        ? verbatim(prompt, model)
        : {
            parts: guard.splitWords(toldText(prompt)),
            start: prompt.prefill === '' ? 'reply' : 'prefill',
          },
    close: async () => undefined,
  }
}

/** The text of a prompt; where its tools and its schema are not in it yet, with these. */
function toldText(prompt: Prompt): string {
  if (prompt.tools.length === 0 && prompt.replySchema === null && !mentionsTools(prompt)) return prompt.text
  return conversationPrompt(withGenericTools(withReplySchemaText(prompt))).text
}

async function chatForm(model: LoadedModel, source: string): Promise<PromptForm> {
  const threads = new RenderThreads({ source, ...model })
  const replyFormat = await threads.open().catch(async (error: unknown) => {
    await threads.close()
    throw error
  })
  return {
    format: 'chat',
    replyFormatOf: ({ kind, tools }) => {
      if (kind === 'verbatim') return null
      return { ...replyFormat, calls: tools.length > 0 ? (replyFormat.calls ?? GENERIC_CALLS) : null }
    },
    form: async (prompt, signal) =>
      prompt.kind === 'verbatim' ? verbatim(prompt, model) : threads.render(prompt, signal),
    close: () => threads.close(),
  }
}

/** Such a text is its caller's alone, with whatever control tokens stand in it. */
function verbatim({ text }: Prompt, model: LoadedModel): FormedPrompt {
  const { addsBeginningOfSequence, beginningOfSequenceText } = model
  // Without the token that is put before every prompt anyway.
  const opensTwice = addsBeginningOfSequence && text.startsWith(beginningOfSequenceText)
  const once = opensTwice ? text.slice(beginningOfSequenceText.length) : text
  return { parts: [{ text: once, parseSpecial: true }], start: 'prefill' }
}
