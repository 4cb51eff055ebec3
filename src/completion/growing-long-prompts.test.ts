import { describe, it } from 'vitest'
import { expectLinearCost } from '../../test/cost-growth.ts'
import { conversationPrompt } from './conversation-prompt.ts'
import { refuseLongPrompt } from './refuse-long-prompt.ts'
import { textTurn } from './turn.ts'

const NEVER = new AbortController().signal
const LIMITS = { contextWindowTokens: 11, longestTokenBytes: 4, promptShape: 'turns' } as const

describe('refuseLongPrompt', () => {
  it('takes time in proportion to the prompt', async () => {
    const make = (size: number) =>
      conversationPrompt({
        systemText: '',
        turns: Array.from({ length: size }, () => textTurn('user', 'word '.repeat(50))),
        prefill: '',
        tools: [],
        isThinkingEnabled: false,
        outputSchema: null,
      })
    await expectLinearCost(
      { make, run: (prompt: ReturnType<typeof make>) => refuseLongPrompt(prompt, LIMITS, NEVER) },
      1_000,
    )
  })
})
