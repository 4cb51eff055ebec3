import { describe, expect, it } from 'vitest'
import { conversationPrompt } from './conversation-prompt.ts'
import { rawPrompt } from './prompt.ts'
import { refuseLongPrompt, refuseLongTexts } from './refuse-long-prompt.ts'
import { type Turn, textTurn } from './turn.ts'

const NEVER = new AbortController().signal
const LIMITS = { contextWindowTokens: 11, longestTokenBytes: 4, promptShape: 'turns' } as const

function promptOf(change: { systemText?: string; turns?: readonly Turn[]; prefill?: string }) {
  const nothing = {
    systemText: '',
    turns: [],
    prefill: '',
    tools: [],
    isThinkingEnabled: false,
    outputSchema: null,
  }
  return conversationPrompt({ ...nothing, ...change })
}

const result = (text: string): Turn => ({
  role: 'user',
  parts: [{ type: 'tool-result', toolCallId: 'a', parts: [{ type: 'text', text }], isError: false }],
})

describe('refuseLongPrompt', () => {
  it.each([
    ['a user turn', promptOf({ turns: [textTurn('user', 'a'.repeat(41))] })],
    ['a system text', promptOf({ systemText: 'é'.repeat(21) })],
    ['a prefill', promptOf({ prefill: '中'.repeat(14) })],
    ['results', promptOf({ turns: [result('😀'.repeat(6)), result('a'.repeat(17))] })],
    ['a text as it is', rawPrompt('a'.repeat(41))],
  ])('refuses a prompt whose fewest possible tokens do not fit: %s', async (_, prompt) => {
    await expect(refuseLongPrompt(prompt, LIMITS, NEVER)).rejects.toMatchObject({
      code: 'prompt-too-long',
      message: 'prompt is too long: 11 tokens > 10 maximum',
    })
  })

  it.each([
    ['which may fit', promptOf({ turns: [textTurn('user', 'a'.repeat(40))] })],
    ['of white space, which one token may take', promptOf({ turns: [textTurn('user', ' \n'.repeat(900))] })],
    [
      'of the assistant’s, which a template may cut',
      promptOf({ turns: [textTurn('assistant', 'a'.repeat(900))] }),
    ],
  ])('leaves a prompt to the engine %s', async (_, prompt) => {
    await expect(refuseLongPrompt(prompt, LIMITS, NEVER)).resolves.toBeUndefined()
  })

  it('counts the whole text for a model without a chat template', async () => {
    const prompt = promptOf({ turns: [textTurn('user', 'a'), textTurn('assistant', 'a'.repeat(40))] })
    await expect(refuseLongPrompt(prompt, { ...LIMITS, promptShape: 'text' }, NEVER)).rejects.toThrow(
      'too long',
    )
  })

  it('counts the texts that a template is given', async () => {
    const { promptShape: _, ...limits } = LIMITS
    const texts = ['a'.repeat(20), ' '.repeat(100), 'a'.repeat(20)]
    await expect(refuseLongTexts(texts, limits, NEVER)).resolves.toBeUndefined()
    await expect(refuseLongTexts([...texts, 'a'], limits, NEVER)).rejects.toMatchObject({
      code: 'prompt-too-long',
      message: 'prompt is too long: 11 tokens > 10 maximum',
    })
  })

  it('refuses nothing for an unknown tokenizer or context window', async () => {
    const prompt = rawPrompt('a'.repeat(10_000))
    await refuseLongPrompt(prompt, { ...LIMITS, longestTokenBytes: null }, NEVER)
    await refuseLongPrompt(prompt, { ...LIMITS, contextWindowTokens: Number.POSITIVE_INFINITY }, NEVER)
  })
})
