import { describe, expect, it } from 'vitest'
import { collectCompletion } from '../../../completion/collected-completion.ts'
import type { CompletionEvent } from '../../../completion/completion-event.ts'
import { type CompletionRequest, NO_TOOLS_OR_THINKING } from '../../../completion/completion-request.ts'
import { conversationPrompt } from '../../../completion/conversation-prompt.ts'
import type { ToolChoice } from '../../../completion/tool.ts'
import { textTurn } from '../../../completion/turn.ts'
import { PLAIN_OUTPUT } from './output-format.ts'
import { planOutput } from './plan-output.ts'
import { GENERIC_TOOL_CALLS } from './tool-call-parsers.ts'

const FORMAT = { ...PLAIN_OUTPUT, calls: GENERIC_TOOL_CALLS }
const LOOK = { name: 'look', description: null, inputSchema: { type: 'object' }, isStrict: false }

function callOf(at: string): string {
  return `<tool_call>\n{"name":"look","arguments":{"at":"${at}"}}\n</tool_call>\n`
}

function requestOf(toolChoice: ToolChoice): CompletionRequest {
  return {
    modelId: 'm',
    prompt: conversationPrompt({
      systemText: '',
      turns: [textTurn('user', 'Look!')],
      prefill: '',
      tools: [LOOK],
      isThinkingEnabled: false,
      outputSchema: null,
    }),
    maxTokens: 1_000,
    stopSequences: [],
    sampling: { temperature: 0, topP: null, topK: null },
    ...NO_TOOLS_OR_THINKING,
    toolChoice,
  }
}

/** What becomes of texts, and how many of them were needed. */
async function replyTo(toolChoice: ToolChoice, texts: readonly string[]) {
  let generated = 0
  async function* generate(): AsyncGenerator<readonly CompletionEvent[]> {
    for (const text of texts) {
      generated += 1
      yield [{ type: 'text-delta', text, completionTokens: 1 }]
    }
    yield [{ type: 'completion-end', stopReason: 'max-tokens', stopSequence: null }]
  }
  const events: CompletionEvent[] = []
  const plan = planOutput(requestOf(toolChoice), FORMAT, 'reply')
  for await (const together of plan.parse(generate())) events.push(...together)
  const { parts, end, completionTokens } = collectCompletion(events)
  const calls = parts.flatMap((part) => (part.type === 'tool-call' ? [part.json] : []))
  return { calls, stopReason: end?.stopReason, completionTokens, generated }
}

describe('planOutput', () => {
  const same = Array.from({ length: 10 }, () => callOf('x'))

  it('ends a reply with the call of the tool that the request names', async () => {
    expect(await replyTo({ type: 'tool', name: 'look' }, [callOf('x'), callOf('y')])).toEqual({
      calls: ['{"at":"x"}'],
      stopReason: 'tool-call',
      completionTokens: 1,
      generated: 1,
    })
  })

  it.each<ToolChoice>([{ type: 'any' }, { type: 'auto' }])(
    'ends a reply that repeats a call, whatever its choice: $type',
    async (toolChoice) => {
      expect(await replyTo(toolChoice, same)).toEqual({
        calls: ['{"at":"x"}'],
        stopReason: 'tool-call',
        completionTokens: 2,
        generated: 2,
      })
    },
  )

  it('lets a reply call a tool several times', async () => {
    const texts = [callOf('x'), callOf('y'), callOf('x')]
    expect(await replyTo({ type: 'any' }, texts)).toEqual({
      calls: ['{"at":"x"}', '{"at":"y"}', '{"at":"x"}'],
      stopReason: 'max-tokens',
      completionTokens: 3,
      generated: 3,
    })
  })

  it('allows a named tool one call in its grammar', () => {
    const rootOf = (toolChoice: ToolChoice) =>
      planOutput(requestOf(toolChoice), FORMAT, 'reply').constraint?.grammar?.text.split('\n')[0]
    expect(rootOf({ type: 'tool', name: 'look' })).not.toContain(')*')
    expect(rootOf({ type: 'any' })).toContain(')*')
  })

  it('passes on the scores of tokens that are text, and of no others', async () => {
    const scores = (text: string): CompletionEvent => ({
      type: 'completion-tokens',
      tokens: [{ text, bytes: null, logprob: -1, top: [], isControl: false }],
    })
    async function* generate(): AsyncGenerator<readonly CompletionEvent[]> {
      for (const text of ['Hi ', 'there', '<tool_call>', callOf('x').slice('<tool_call>'.length)]) {
        yield [scores(text), { type: 'text-delta', text, completionTokens: 1 }]
      }
      yield [{ type: 'completion-end', stopReason: 'end-of-generation', stopSequence: null }]
    }
    const scored: string[] = []
    for await (const together of planOutput(requestOf({ type: 'auto' }), FORMAT, 'reply').parse(generate())) {
      for (const event of together) {
        if (event.type === 'completion-tokens') scored.push(...event.tokens.map(({ text }) => text))
      }
    }
    expect(scored).toEqual(['Hi ', 'there'])
  })
})
