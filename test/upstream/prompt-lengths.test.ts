import { describe, expect, it } from 'vitest'
import { jsonScript, type ReceivedRequest } from '../scripted-upstream.ts'
import { upstreamConversation } from '../upstream-histories.ts'
import { responseEvents } from '../upstream-model.ts'
import type { UpstreamSettingsChange } from '../upstream-settings.ts'
import { openEngine } from './open-upstream.ts'

const LONG = upstreamConversation({
  turns: [{ role: 'user', parts: [{ type: 'text', text: 'many words '.repeat(1_000) }] }],
})
const refused = (message: string) => jsonScript({ error: { message } }, 400)

async function messageOf(action: AsyncIterable<unknown> | Promise<unknown>): Promise<string> {
  try {
    if (action instanceof Promise) await action
    else for await (const _ of action);
    return 'ok'
  } catch (error) {
    return (error as Error).message
  }
}

const signal = new AbortController().signal

describe('a prompt that is too long', () => {
  it('is refused by the numbers of the request where it fills the window exactly', async () => {
    const { engine } = await openEngine(({ body }: ReceivedRequest) =>
      refused(
        `'max_tokens' or 'max_completion_tokens' is too large: ${body.max_tokens}. This model's maximum context length is 2048 tokens and your request has 2048 input tokens (${body.max_tokens} > 2048 - 2048). None`,
      ),
    )
    expect(await messageOf(engine.generate(LONG, signal))).toBe(
      'prompt is too long: 2048 tokens > 2047 maximum',
    )
  })

  it('is refused where not even one token is accepted after it', async () => {
    const { engine } = await openEngine(({ body }: ReceivedRequest) =>
      refused(
        `Requested token count exceeds the model's maximum context length of 2048 tokens. You requested a total of ${2047 + Number(body.max_tokens)} tokens: 2047 tokens from the input messages and ${body.max_tokens} tokens for the completion.`,
      ),
    )
    expect(await messageOf(engine.generate(LONG, signal))).toBe(
      'prompt is too long: 2047 tokens > 2046 maximum',
    )
  })

  it('is refused where it is too long for the tokenizer too', async () => {
    const text =
      "This model's maximum context length is 2048 tokens. However, you requested 16 output tokens and your prompt contains at least 2049 input tokens."
    const { engine } = await openEngine(refused(text), { server: 'vllm' })
    const expected = 'prompt is too long: 2756 tokens > 2047 maximum (estimated from its length)'
    expect(await messageOf(engine.generate(LONG, signal))).toBe(expected)
    expect(await messageOf(engine.countTokens(LONG.prompt, signal))).toBe(expected)
  })

  it('is refused where its upstream says only how long the window is', async () => {
    const { engine } = await openEngine(refused("This model's maximum context length is 2048 tokens."))
    expect(await messageOf(engine.generate(LONG, signal))).toBe(
      'prompt is too long: 2756 tokens > 2047 maximum (estimated from its length)',
    )
  })

  it('is not refused by an estimate before a server that does not cut it', async () => {
    const { engine } = await openEngine(
      { steps: responseEvents('openai-chat', [' Yes'], false) },
      { server: 'llama-cpp-python', contextWindowTokens: 2048 },
    )
    expect(await messageOf(engine.generate(LONG, signal))).toBe('ok')
  })

  it.each<UpstreamSettingsChange>([
    { server: 'ollama' },
    { server: 'ollama', kind: 'claude-messages' },
    { server: 'ollama', kind: 'openai-completions' },
  ])('is refused before a server that would cut it: %j', async (settings) => {
    const kind = settings.kind ?? 'openai-chat'
    const { upstream, engine } = await openEngine(
      { steps: responseEvents(kind, [' Yes'], false) },
      { ...settings, contextWindowTokens: 2048 },
    )
    expect(await messageOf(engine.generate(LONG, signal))).toContain('prompt is too long: 275')
    expect(upstream.requests).toHaveLength(0)
    expect(await messageOf(engine.generate(upstreamConversation({}), signal))).toBe('ok')
  })
})
