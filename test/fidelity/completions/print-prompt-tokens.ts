/**
 * Prints the tokens of each prompt as the engine evaluates them, as JSON. It is a process of its own because llama.cpp
 * writes to standard error.
 */
import { conversationPrompt } from '../../../src/completion/conversation-prompt.ts'
import { type Prompt, rawPrompt } from '../../../src/completion/prompt.ts'
import { textTurn } from '../../../src/completion/turn.ts'
import { choosePromptRenderer } from '../../../src/engines/llama/chat/prompt-renderer.ts'
import { loadEngine } from '../../../src/engines/llama/process/load-engine.ts'
import { PromptTokenizer } from '../../../src/engines/llama/process/prompt-tokenizer.ts'
import { llamaSettings } from '../../llama-settings.ts'
import { COMPARED_PROMPTS, type ComparedPrompt } from './compared-prompts.ts'

const CONTEXT_TOKENS = 2048

async function promptTokens(modelPath: string, prompts: readonly ComparedPrompt[]): Promise<number[][]> {
  const settings = {
    threads: 1,
    maxSequences: 1,
    contextWindowTokens: CONTEXT_TOKENS,
    flashAttention: false,
  }
  const { loaded, model } = loadEngine(llamaSettings({ model: modelPath, ...settings }), () => undefined)
  const found: number[][] = []
  for (const prompt of prompts) {
    const renderer = await choosePromptRenderer(loaded, 'messages' in prompt ? 'auto' : 'raw')
    const { parts } = await renderer.render(asPrompt(prompt), AbortSignal.timeout(60_000))
    await renderer.close()
    const tokenizer = new PromptTokenizer(model.vocabulary, CONTEXT_TOKENS, () => undefined)
    found.push(
      await new Promise<number[]>((resolve) => {
        tokenizer.add({ id: 0, parts, countsAll: true, done: ({ tokens }) => resolve([...(tokens ?? [])]) })
        tokenizer.tokenizeShort(Number.POSITIVE_INFINITY)
      }),
    )
  }
  return found
}

function asPrompt(prompt: ComparedPrompt): Prompt {
  if ('text' in prompt) return rawPrompt(prompt.text)
  const systemText = prompt.messages.find(({ role }) => role === 'system')?.content ?? ''
  const turns = prompt.messages
    .filter(({ role }) => role !== 'system')
    .map(({ role, content }) => textTurn(role === 'assistant' ? 'assistant' : 'user', content))
  return conversationPrompt({
    systemText,
    turns,
    prefill: '',
    tools: [],
    isThinkingEnabled: false,
    outputSchema: null,
  })
}

const tokens = await promptTokens(process.argv[2] ?? '', COMPARED_PROMPTS)
process.stdout.write(JSON.stringify(tokens), () => process.exit())
