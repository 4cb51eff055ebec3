import { describe, it } from 'vitest'
import { expectLinearCost } from '../../../../test/cost-growth.ts'
import { many } from '../../../../test/growing-values.ts'
import { conversationPrompt } from '../../../completion/conversation-prompt.ts'
import type { Prompt } from '../../../completion/prompt.ts'
import { type Turn, textTurn } from '../../../completion/turn.ts'
import { ChatTemplate } from './chat-template.ts'
import { ControlTextGuard } from './control-text-guard.ts'

const guard = new ControlTextGuard({
  controlTexts: ['<|im_start|>', '<|im_end|>', '<s>', '</s>', '<|'],
  implicitControlTexts: ['<|channel>', '<channel|>'],
  markers: ['<tool_response>', '</tool_response>'],
})
const template = new ChatTemplate(
  "{% for message in messages %}{{ message.content }}{% endfor %}{{ '<|im_end|>' }}",
  { beginningOfSequence: '<s>', endOfSequence: '</s>' },
)

function promptOf(turns: readonly Turn[]): Prompt {
  return conversationPrompt({
    systemText: '',
    turns,
    prefill: '',
    tools: [],
    isThinkingEnabled: false,
    outputSchema: null,
  })
}

const oneText = (text: string) => promptOf([textTurn('user', text)])
const privateCharacter = (index: number) => String.fromCodePoint(0xf0000 + (index % 0x20000))

describe('ControlTextGuard', () => {
  it.each<[string, (size: number) => Prompt]>([
    [
      'private characters next to control words',
      (size) => oneText(`<s>${many(size * 4, privateCharacter).join('')}`),
    ],
    ['control words', (size) => oneText('<s>'.repeat(size * 4))],
    ['marks', (size) => oneText('<|channel>'.repeat(size * 2))],
    [
      'many turns',
      (size) => promptOf(many(size, (index) => textTurn(index % 2 === 0 ? 'user' : 'assistant', '<s'))),
    ],
    [
      'many parts',
      (size) => promptOf([{ role: 'user', parts: many(size, () => ({ type: 'text', text: '<s' })) }]),
    ],
  ])('takes time in proportion to %s', async (_, make) => {
    const run = (prompt: Prompt) => {
      const { prompt: guarded, code } = guard.guard(prompt)
      guard.split(template.render(guarded, code).text, code)
    }
    await expectLinearCost({ make, run }, 1_000)
  })
})
