import { describe, expect, it } from 'vitest'
import { upstreamConversation } from '../../../../../test/upstream-histories.ts'
import type { Turn } from '../../../../completion/turn.ts'
import { claudePromptTools } from './claude-tools.ts'

describe('claudePromptTools', () => {
  const call = (id: string) => ({ type: 'tool-call', id, name: 'look', input: {} }) as const
  const turns: Turn[] = [
    { role: 'user', parts: [{ type: 'text', text: 'Hi' }] },
    { role: 'assistant', parts: [call('c1'), call('c2')] },
  ]

  it('defines the tools of earlier calls that are not offered any more, and forbids to call them', () => {
    expect(claudePromptTools(upstreamConversation({ turns }).prompt)).toEqual({
      tools: [{ name: 'look', input_schema: { type: 'object' } }],
      tool_choice: { type: 'none' },
    })
  })

  it('defines none for a conversation without tools', () => {
    expect(claudePromptTools(upstreamConversation({ turns: turns.slice(0, 1) }).prompt)).toEqual({})
  })
})
