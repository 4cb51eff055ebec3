import { conversationPrompt } from '../../../completion/conversation-prompt.ts'
import { EngineLoadError } from '../../../completion/engine-load-error.ts'
import type { Prompt } from '../../../completion/prompt.ts'
import { type OutputFormat, PLAIN_OUTPUT } from '../output-parsing/output-format.ts'
import { GENERIC_TOOL_CALLS } from '../output-parsing/tool-call-parsers.ts'
import type { LoadedModel } from '../protocol/loaded-model.ts'
import type { PromptFormat } from '../settings.ts'
import type { RenderedPrompt } from './chat-prompt-renderer.ts'
import { ControlTextGuard } from './control-text-guard.ts'
import { implicitControlTexts } from './implicit-control-texts.ts'
import { withOutputSchemaText } from './output-schema-text.ts'
import { RenderThreads } from './render-threads.ts'
import { mentionsTools, withToolsInWords } from './tools-in-words.ts'

/** Renders prompts for a model. */
export interface PromptRenderer {
  readonly format: PromptFormat
  /** Null where all output is text. */
  readonly outputFormatOf: (prompt: Prompt) => OutputFormat | null
  /** Rejects with a CompletionError: `invalid-request` when the model's template refuses the prompt. */
  readonly render: (prompt: Prompt, signal: AbortSignal) => Promise<RenderedPrompt>
  readonly close: () => Promise<void>
}

/**
 * Chooses the requested renderer, or `chat` where the model's file contains a template. Rejects with an EngineLoadError
 * when a template is needed and missing or unusable.
 */
export async function choosePromptRenderer(
  model: LoadedModel,
  asked: PromptFormat | 'auto',
): Promise<PromptRenderer> {
  if (asked === 'chat' && model.chatTemplate === null) {
    throw new EngineLoadError(
      'The model file contains no chat template, or an empty one: use --format raw to send prompts as text.',
    )
  }
  if (asked === 'raw' || model.chatTemplate === null) return rawRenderer(model)
  const renderer = await chatRenderer(model, model.chatTemplate)
  if (model.toolUseTemplate === null) return renderer
  const toolRenderer = await chatRenderer(model, model.toolUseTemplate).catch(async (error: unknown) => {
    await renderer.close()
    throw error
  })
  return rendererWithTools(renderer, toolRenderer)
}

/** For models with a template of its own for conversations with tools, called `tool_use`. */
function rendererWithTools(plain: PromptRenderer, withTools: PromptRenderer): PromptRenderer {
  const chosen = (prompt: Prompt) => (prompt.tools.length > 0 || mentionsTools(prompt) ? withTools : plain)
  return {
    format: plain.format,
    outputFormatOf: (prompt) => chosen(prompt).outputFormatOf(prompt),
    render: (prompt, signal) => chosen(prompt).render(prompt, signal),
    close: async () => {
      await Promise.all([plain.close(), withTools.close()])
    },
  }
}

function rawRenderer(model: LoadedModel): PromptRenderer {
  const marks = implicitControlTexts(model.userDefinedTexts, { source: '', replyMarkers: [] })
  const guard = new ControlTextGuard({ controlTexts: [], implicitControlTexts: marks, markers: [] })
  return {
    format: 'raw',
    outputFormatOf: ({ kind, tools }) =>
      kind === 'conversation' && tools.length > 0 ? { ...PLAIN_OUTPUT, calls: GENERIC_TOOL_CALLS } : null,
    render: async (prompt) =>
      prompt.kind === 'raw'
        ? raw(prompt, model)
        : {
            parts: guard.splitWords(textWithTools(prompt)),
            start: prompt.prefill === '' ? 'reply' : 'prefill',
          },
    close: async () => undefined,
  }
}

/** The text form of a prompt including its tools and output schema. */
function textWithTools(prompt: Prompt): string {
  if (prompt.tools.length === 0 && prompt.outputSchema === null && !mentionsTools(prompt)) return prompt.text
  return conversationPrompt(withToolsInWords(withOutputSchemaText(prompt), GENERIC_TOOL_CALLS)).text
}

async function chatRenderer(model: LoadedModel, source: string): Promise<PromptRenderer> {
  const threads = new RenderThreads({ source, ...model })
  const outputFormat = await threads.open().catch(async (error: unknown) => {
    await threads.close()
    throw error
  })
  return {
    format: 'chat',
    outputFormatOf: ({ kind, tools }) => {
      if (kind === 'raw') return null
      return { ...outputFormat, calls: tools.length > 0 ? (outputFormat.calls ?? GENERIC_TOOL_CALLS) : null }
    },
    render: async (prompt, signal) =>
      prompt.kind === 'raw' ? raw(prompt, model) : threads.render(prompt, signal),
    close: () => threads.close(),
  }
}

/** Renders a raw prompt, in which control tokens are recognized. */
function raw({ text }: Prompt, model: LoadedModel): RenderedPrompt {
  const { addsBeginningOfSequence, beginningOfSequenceText } = model
  // The tokenizer adds this token itself.
  const opensTwice = addsBeginningOfSequence && text.startsWith(beginningOfSequenceText)
  const once = opensTwice ? text.slice(beginningOfSequenceText.length) : text
  return { parts: [{ text: once, parseSpecial: true }], start: 'prefill' }
}
