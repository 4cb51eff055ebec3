import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { CompletionRequest } from '../../../../completion/completion-request.ts'
import { conversationPrompt } from '../../../../completion/conversation-prompt.ts'
import type { Turn } from '../../../../completion/turn.ts'
import {
  decoderWithWholeToolNames,
  requestWithShortToolNames,
  shortToolName,
  withShortToolNames,
} from './short-tool-names.ts'

const LONG = `mcp__server__${'a'.repeat(100)}`
const tool = (name: string) => ({ name, description: null, inputSchema: { type: 'object' }, isStrict: false })

function requestOf(name: string, callName = name): CompletionRequest {
  const turns: Turn[] = [
    { role: 'user', parts: [{ type: 'text', text: 'Hi' }] },
    { role: 'assistant', parts: [{ type: 'tool-call', id: 'c1', name: callName, input: {} }] },
    { role: 'user', parts: [{ type: 'tool-result', toolCallId: 'c1', parts: [], isError: false }] },
  ]
  const prompt = conversationPrompt({
    systemText: '',
    turns,
    prefill: '',
    tools: [tool(name), tool('other')],
    isThinkingEnabled: false,
    outputSchema: null,
  })
  return {
    modelId: 'm',
    prompt,
    maxTokens: 9,
    stopSequences: [],
    sampling: { temperature: 1, topP: null, topK: null },
    toolChoice: { type: 'tool', name },
    allowsParallelToolCalls: true,
    thinkingBudgetTokens: null,
  }
}

describe('shortToolName', () => {
  it('keeps names of up to 64 characters', () => {
    expect(shortToolName('a'.repeat(64))).toBe('a'.repeat(64))
  })

  it('makes names that OpenAI’s API takes, and different ones of different names', () => {
    const name = fc.stringMatching(/^[a-zA-Z0-9_-]{65,200}$/)
    fc.assert(
      fc.property(name, name, (one, two) => {
        expect(shortToolName(one)).toMatch(/^[a-zA-Z0-9_-]{64}$/)
        expect(shortToolName(`${LONG}${one}`) === shortToolName(`${LONG}${two}`)).toBe(one === two)
      }),
    )
  })
})

describe('requestWithShortToolNames', () => {
  it('shortens the names of tools, of calls and of the tool that is chosen', () => {
    const { prompt, toolChoice } = requestWithShortToolNames(requestOf(LONG))
    const short = shortToolName(LONG)
    expect(prompt.tools.map(({ name }) => name)).toEqual([short, 'other'])
    expect(prompt.turns[1]?.parts).toEqual([{ type: 'tool-call', id: 'c1', name: short, input: {} }])
    expect(toolChoice).toEqual({ type: 'tool', name: short })
  })

  it('shortens a call of a tool that is not offered any more', () => {
    const { prompt } = requestOf('short', LONG)
    expect(withShortToolNames(prompt).turns[1]?.parts).toMatchObject([{ name: shortToolName(LONG) }])
  })

  it('returns a request with short names as it is', () => {
    const request = requestOf('short')
    expect(requestWithShortToolNames(request)).toBe(request)
  })
})

describe('decoderWithWholeToolNames', () => {
  it('gives calls the names of their tools', () => {
    const short = shortToolName(LONG)
    const start = (name: string) =>
      ({ type: 'tool-call-start', id: 'c2', name, completionTokens: 1 }) as const
    const decoder = decoderWithWholeToolNames(requestOf(LONG), (sent) => {
      expect(sent.toolChoice).toEqual({ type: 'tool', name: short })
      return { read: () => [start(short), start('other')], end: () => [start(short)], isEndedEarly: true }
    })
    expect(decoder.read({ name: null, data: '' })).toEqual([start(LONG), start('other')])
    expect(decoder.end()).toEqual([start(LONG)])
    expect(decoder.isEndedEarly).toBe(true)
  })
})
