import { EngineLoadError } from '../../../completion/engine-load-error.ts'
import type { Prompt } from '../../../completion/prompt.ts'
import { messageToolCalls } from '../output-parsing/message-tool-calls.ts'
import type { OutputFormat } from '../output-parsing/output-format.ts'
import { TOOL_CALL_PARSERS } from '../output-parsing/tool-call-parsers.ts'
import type { RenderedPrompt, RendererSetup } from './chat-prompt-renderer.ts'
import { RenderThread } from './render-thread.ts'

/** A prompt within these limits is rendered in a few milliseconds. */
const MAX_SHORT_PARTS = 1_000
const MAX_SHORT_UNITS = 262_144
/** How long the thread for long prompts is kept: it may have hundreds of megabytes of the last ones. */
const LONG_IDLE_MS = 10_000

/** Renders conversations off the event loop: short ones on a thread of their own, so that none waits for a long one. */
export class RenderThreads {
  readonly #short: RenderThread
  /** Started for the first long prompt. */
  readonly #long: RenderThread

  constructor(setup: RendererSetup) {
    const { source, beginningOfSequenceText, endOfSequenceText, addsBeginningOfSequence } = setup
    const { controlTexts, userDefinedTexts } = setup
    const all = { source, beginningOfSequenceText, endOfSequenceText, addsBeginningOfSequence }
    this.#short = new RenderThread({ ...all, controlTexts, userDefinedTexts })
    this.#long = new RenderThread({ ...all, controlTexts, userDefinedTexts }, { idleMs: LONG_IDLE_MS })
  }

  /** Rejects with an EngineLoadError when the template cannot be used. */
  async open(): Promise<OutputFormat> {
    const { callsName, ...format } = await this.#short.open()
    const parsers = format.messages === null ? TOOL_CALL_PARSERS : [messageToolCalls(format.messages)]
    const calls = parsers.find(({ name }) => name === callsName) ?? null
    if (calls === null && callsName !== null)
      throw new EngineLoadError(`The renderer's thread reported an unknown tool-call format: ${callsName}.`)
    return { ...format, calls }
  }

  /** Rejects with a CompletionError `invalid-request` when the template refuses the prompt or exceeds its limits. */
  render(prompt: Prompt, signal: AbortSignal): Promise<RenderedPrompt> {
    const thread = isShort(prompt) ? this.#short : this.#long
    return thread.render(prompt, signal)
  }

  async close(): Promise<void> {
    await Promise.all([this.#short.close(), this.#long.close()])
  }
}

/** Estimates the work from the prompt's text, and from the tools and schema that are not in it. */
function isShort({ text, turns, tools, outputSchema }: Prompt): boolean {
  const parts = turns.reduce((sum, turn) => sum + 1 + turn.parts.length, tools.length)
  if (parts > MAX_SHORT_PARTS || text.length > MAX_SHORT_UNITS) return false
  return JSON.stringify([tools, outputSchema]).length <= MAX_SHORT_UNITS
}
