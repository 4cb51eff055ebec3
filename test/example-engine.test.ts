import { CompletionError } from '../src/completion/completion-error.ts'
import type { CompletionEvent } from '../src/completion/completion-event.ts'
import type { CompletionRequest } from '../src/completion/completion-request.ts'
import type { Engine } from '../src/completion/engine.ts'
import type { Prompt } from '../src/completion/prompt.ts'
import { conformanceSuite, MODEL_INDEPENDENT_CASES } from './conformance/conformance-suite.ts'
import { startScriptedServer } from './start-scripted-server.ts'

// The worked example of CONTRIBUTING.md's "An engine": this is all that one has to do. Stop sequences, metering, limits and
// JSON are not its business, and every case that holds with any model passes.

/** Counts words, and says the same few again and again. */
class RepeatingEngine implements Engine {
  readonly contextWindowTokens = 8_192
  readonly capabilities = { tools: true, images: false, outputSchema: false, rawPrompts: true }

  async countTokens(prompt: Prompt): Promise<number> {
    return prompt.text.split(/\s+/).length
  }

  async *generate(
    request: CompletionRequest,
    signal: AbortSignal,
  ): AsyncGenerator<readonly CompletionEvent[]> {
    const promptTokens = await this.countTokens(request.prompt)
    if (promptTokens >= this.contextWindowTokens)
      throw CompletionError.promptTooLong(promptTokens, this.contextWindowTokens - 1)
    yield [{ type: 'completion-start', promptTokens }]
    const words = [' Hello', ' there', '.']
    for (const [index, text] of words.entries()) {
      if (signal.aborted) throw CompletionError.cancelled(signal.reason)
      if (index === request.maxTokens) break
      yield [{ type: 'text-delta', text, completionTokens: 1 }]
    }
    const isCut = request.maxTokens < words.length
    yield [
      { type: 'completion-end', stopReason: isCut ? 'max-tokens' : 'end-of-generation', stopSequence: null },
    ]
  }
}

conformanceSuite('the example of an engine', MODEL_INDEPENDENT_CASES, async (needs) => {
  const server = await startScriptedServer(new RepeatingEngine(), needs)
  return { url: server.url, close: async () => server.closeNow() }
})
