import { describe, expect, it } from 'vitest'
import type { AssistantPart, UserPart } from '../completion/turn.ts'
import { type CacheableConversation, type CacheableTurn, promptOf } from './cacheable-conversation.ts'
import { CLEARED_RESULT } from './clear-tool-uses.ts'
import type { ClearToolUses, ContextEdit } from './context-edit.ts'
import { editContext } from './edit-context.ts'

const RESULT = 'a long result '.repeat(10)

function user(...parts: UserPart[]): CacheableTurn {
  return { role: 'user', blocks: parts.map((block) => ({ block, cacheTtl: null })) }
}

function assistant(...parts: AssistantPart[]): CacheableTurn {
  return { role: 'assistant', blocks: parts.map((block) => ({ block, cacheTtl: null })) }
}

function call(id: string, name = 'look'): AssistantPart {
  return { type: 'tool-call', id, name, input: { at: id } }
}

function result(toolCallId: string): UserPart {
  return { type: 'tool-result', toolCallId, parts: [{ type: 'text', text: RESULT }], isError: false }
}

function thinking(text: string): AssistantPart {
  return { type: 'thinking', text, signature: null }
}

const CONVERSATION: CacheableConversation = {
  tools: [],
  system: [],
  isThinkingEnabled: true,
  outputSchema: null,
  turns: [
    user({ type: 'text', text: 'Hi' }),
    assistant(thinking('one'), call('a')),
    user(result('a')),
    assistant(thinking('two'), call('b', 'rest'), call('c')),
    user(result('b'), result('c')),
    assistant(thinking('three'), call('d')),
    user(result('d')),
  ],
}

/** A token for each character; thinking counts too. */
async function count({ turns }: CacheableConversation): Promise<number> {
  return JSON.stringify(turns).length
}

const CLEAR: ClearToolUses = {
  type: 'clear-tool-uses',
  trigger: { toolUses: 2 },
  keptToolUses: 1,
  minClearedTokens: 0,
  keptTools: new Set(),
  clearsInputs: false,
}

async function edited(...edits: ContextEdit[]) {
  const { conversation, appliedEdits, originalTokens } = await editContext(CONVERSATION, edits, count)
  const blocks = conversation.turns.flatMap((turn) =>
    turn.blocks.map(({ block }: { block: UserPart | AssistantPart }) => block),
  )
  return {
    appliedEdits,
    originalTokens,
    tokens: await count(conversation),
    cleared: blocks.flatMap((block) =>
      block.type === 'tool-result' && promptText(block) === CLEARED_RESULT ? block.toolCallId : [],
    ),
    emptied: blocks.flatMap((block) =>
      block.type === 'tool-call' && Object.keys(block.input).length === 0 ? block.id : [],
    ),
    thinking: blocks.flatMap((block) => (block.type === 'thinking' ? block.text : [])),
  }
}

function promptText({ parts }: Extract<UserPart, { type: 'tool-result' }>): string {
  return parts.map((part) => (part.type === 'text' ? part.text : '')).join('')
}

describe('editContext', () => {
  it('clears all results but the last', async () => {
    const all = await edited(CLEAR)
    expect(all).toMatchObject({ cleared: ['a', 'b', 'c'], emptied: [], thinking: ['one', 'two', 'three'] })
    expect(all.appliedEdits).toEqual([
      { type: 'clear-tool-uses', clearedToolUses: 3, clearedTokens: all.originalTokens - all.tokens },
    ])
  })

  it.each<[string, Partial<ClearToolUses>, string[], string[]]>([
    ['there are few of them', { trigger: { toolUses: 4 } }, [], []],
    ['the prompt is short', { trigger: { inputTokens: 100_000 } }, [], []],
    ['the prompt is long', { trigger: { inputTokens: 100 } }, ['a', 'b', 'c'], []],
    ['it frees too little', { minClearedTokens: 100_000 }, [], []],
    ['a tool is left out', { keptTools: new Set(['rest']) }, ['a', 'c'], []],
    ['all are kept', { keptToolUses: 4 }, [], []],
    ['none is kept', { keptToolUses: 0 }, ['a', 'b', 'c', 'd'], []],
    ['inputs go too', { clearsInputs: true }, ['a', 'b', 'c'], ['a', 'b', 'c']],
    ['inputs of one tool go too', { clearsInputs: new Set(['rest']) }, ['a', 'b', 'c'], ['b']],
  ])('%s', async (_, change, cleared, emptied) => {
    const all = await edited({ ...CLEAR, ...change })
    expect(all).toMatchObject({ cleared, emptied })
    expect(all.appliedEdits).toHaveLength(cleared.length === 0 ? 0 : 1)
  })

  it('clears the thinking of all turns but the last that have some', async () => {
    const all = await edited({ type: 'clear-thinking', keptTurns: 1 })
    expect(all.thinking).toEqual(['three'])
    expect(all.appliedEdits).toEqual([
      { type: 'clear-thinking', clearedTurns: 2, clearedTokens: all.originalTokens - all.tokens },
    ])
    const kept = await edited({ type: 'clear-thinking', keptTurns: Number.POSITIVE_INFINITY })
    expect(kept).toMatchObject({ thinking: ['one', 'two', 'three'], appliedEdits: [] })
  })

  it('reports the tokens of each edit', async () => {
    const all = await edited({ type: 'clear-thinking', keptTurns: 1 }, CLEAR)
    expect(all).toMatchObject({ thinking: ['three'], cleared: ['a', 'b', 'c'] })
    const cleared = all.appliedEdits.reduce((sum, { clearedTokens }) => sum + clearedTokens, 0)
    expect(cleared).toBe(all.originalTokens - all.tokens)
  })

  it('changes nothing but what it is given', async () => {
    const before = structuredClone(CONVERSATION)
    await edited({ type: 'clear-thinking', keptTurns: 1 }, { ...CLEAR, clearsInputs: true })
    expect(CONVERSATION).toEqual(before)
    expect(promptOf(CONVERSATION).turns).toHaveLength(7)
  })
})
