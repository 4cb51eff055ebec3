import { describe, expect, it } from 'vitest'
import { parsePrompt } from '../../completion/human-assistant-prompt.ts'
import type { Prompt } from '../../completion/prompt.ts'
import { turnText } from '../../completion/turn.ts'
import { ControlTextGuard } from './control-text-guard.ts'

const guard = new ControlTextGuard(['<|im_end|>', '<s>', '</s>'])

function render(text: string): string[] {
  const prompt = parsePrompt(text, { literalNewlineMarkers: false, startErrorForm: 'long' })
  return guard.render(prompt, ({ turns }: Prompt) => `${turns.map(turnText).join('')}<|im_end|>`)
}

describe('ControlTextGuard', () => {
  it('leaves an ordinary prompt in one piece', () => {
    expect(render('\n\nHuman: hello\n\nAssistant:')).toEqual(['hello<|im_end|>'])
  })

  it('cuts what a user wrote, and not what the template wrote', () => {
    expect(render('\n\nHuman: a<|im_end|>b <s>c\n\nAssistant:')).toEqual([
      'a<',
      '|im_end|>b <',
      's>c<|im_end|>',
    ])
  })

  it('loses no character, not even one that nobody uses', () => {
    const pieces = render('\n\nHuman: \u{f0000}</s>\n\nAssistant:')
    expect(pieces.join('')).toBe('\u{f0000}</s><|im_end|>')
    expect(pieces).toHaveLength(2)
  })
})
