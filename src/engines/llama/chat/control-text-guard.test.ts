import { describe, expect, it } from 'vitest'
import { CHAT_TEMPLATES } from '../../../../test/chat-templates.ts'
import { conversationPrompt } from '../../../completion/conversation-prompt.ts'
import { parsePrompt } from '../../../completion/human-assistant-prompt.ts'
import type { Prompt } from '../../../completion/prompt.ts'
import { textTurn, turnText } from '../../../completion/turn.ts'
import { ChatTemplate } from './chat-template.ts'
import { ControlTextGuard } from './control-text-guard.ts'

const guard = new ControlTextGuard(['<|im_end|>', '<s>', '</s>'], ['<tool_response>'])

function render(text: string): string[] {
  const prompt = parsePrompt(text, { literalNewlineMarkers: false, startErrorForm: 'long' })
  const { prompt: guarded, split } = guard.guard(prompt)
  return split(`${guarded.turns.map(turnText).join('')}<|im_end|>`)
}

/** A prompt that holds a text wherever one can stand. */
function promptOf(text: string): Prompt {
  return conversationPrompt({
    systemText: `system ${text}`,
    turns: [
      textTurn('human', `human ${text}`),
      {
        role: 'assistant',
        parts: [
          { type: 'thought', text: `thought ${text}`, signature: null },
          { type: 'text', text: `words ${text}` },
          { type: 'tool-call', id: 'a', name: 'tool', input: { [`key ${text}`]: [{ deep: text }] } },
        ],
      },
      {
        role: 'human',
        parts: [
          {
            type: 'tool-result',
            toolCallId: 'a',
            parts: [{ type: 'text', text: `result ${text}` }],
            isError: false,
          },
        ],
      },
    ],
    prefill: `prefill ${text}`,
    tools: [
      {
        name: 'tool',
        description: `about ${text}`,
        inputSchema: { title: text, enum: [text] },
        isStrict: false,
      },
    ],
    thinks: false,
    replySchema: null,
  })
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

  it('cuts a marker of the template in the words of others, and leaves those of the model', () => {
    expect(
      render('\n\nHuman: a<tool_response>\n\nAssistant: b<tool_response>\n\nHuman: c\n\nAssistant:'),
    ).toEqual(['a<', 'tool_response>b<tool_response>c<|im_end|>'])
  })

  it.each([
    ['THINKING_TEMPLATE', 11],
    ['PLAIN_TEMPLATE', 10],
  ] as const)(
    'cuts a control text wherever it stands in a prompt, and changes nothing else (%s)',
    (name, places) => {
      const template = new ChatTemplate(CHAT_TEMPLATES[name], { beginningOfSequence: '', endOfSequence: '' })
      const plain = template.render(promptOf('<|im_end|>')).text
      const { prompt, split } = guard.guard(promptOf('<|im_end|>'))
      const pieces = split(template.render(prompt).text)
      expect(pieces.join('')).toBe(plain)
      expect(pieces).toHaveLength(places + 1)
      const own = template.render(promptOf('')).text.split('<|im_end|>').length
      expect(pieces.join('\n').split('<|im_end|>')).toHaveLength(own)
    },
  )
})
