import { describe, expect, it } from 'vitest'
import { blockContext } from '../../../test/block-context.ts'
import { refusal } from '../../../test/refusal.ts'
import { readTurns } from './read-turns.ts'

const HI = { role: 'user', content: 'Hi' }
const CALL = { type: 'tool_use', id: 'c1', name: 't', input: {} }
const RESULT = { type: 'tool_result', tool_use_id: 'c1' }

/** Role and parts of each turn; a text as itself, any other part as its type. */
async function read(...messages: unknown[]) {
  const { turns } = await readTurns(messages, blockContext())
  return turns.map(({ role, blocks }) => [
    role,
    ...blocks.map(({ block }) => (block.type === 'text' ? block.text : block.type)),
  ])
}

describe('readTurns', () => {
  it.each<[string, unknown[], unknown[]]>([
    ['a text', [HI], [['user', 'Hi']]],
    [
      'blocks',
      [
        {
          role: 'user',
          content: [
            { type: 'text', text: 'a' },
            { type: 'text', text: 'b' },
          ],
        },
      ],
      [['user', 'a', 'b']],
    ],
    [
      'messages of one role as one turn, with an empty line between their texts',
      [
        HI,
        {
          role: 'user',
          content: [
            { type: 'text', text: 'a' },
            { type: 'text', text: 'b' },
          ],
        },
      ],
      [['user', 'Hi', '\n\na', 'b']],
    ],
    [
      'a text after an image without an empty line',
      [
        {
          role: 'user',
          content: [{ type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'AAAA' } }],
        },
        HI,
      ],
      [['user', 'image', 'Hi']],
    ],
    [
      'a conversation that the assistant begins after an empty turn',
      [{ role: 'assistant', content: 'Hello' }, HI],
      [['user'], ['assistant', 'Hello'], ['user', 'Hi']],
    ],
    ['an empty prefill as none', [HI, { role: 'assistant', content: '' }], [['user', 'Hi']]],
    ['an empty list as none', [HI, { role: 'assistant', content: [] }], [['user', 'Hi']]],
    [
      'a message whose blocks are all left out as none',
      [HI, { role: 'assistant', content: [{ type: 'redacted_thinking', data: 'x' }] }, HI],
      [['user', 'Hi', '\n\nHi']],
    ],
    [
      'results of tools before the text of their turn',
      [
        HI,
        { role: 'assistant', content: [CALL] },
        { role: 'user', content: [{ type: 'text', text: 'So' }, RESULT] },
      ],
      [
        ['user', 'Hi'],
        ['assistant', 'tool-call'],
        ['user', 'tool-result', 'So'],
      ],
    ],
  ])('reads %s', async (_, messages, turns) => {
    expect(await read(...messages)).toEqual(turns)
  })

  it('keeps cache_control with its block', async () => {
    const content = [{ type: 'text', text: 'a', cache_control: { type: 'ephemeral', ttl: '1h' } }]
    const { turns } = await readTurns([{ role: 'user', content }], blockContext())
    expect(turns[0]?.blocks).toEqual([{ block: { type: 'text', text: 'a' }, cacheTtl: '1h' }])
  })

  const empty = (index: number) =>
    `messages.${index}: all messages must have non-empty content except for the optional final assistant message`
  const TRAILING = 'messages: final assistant content cannot end with trailing whitespace'
  it.each<[string, unknown[], string]>([
    ['no messages', [], 'messages: at least one message is required'],
    [
      'a message that is no object',
      [HI, 'Hi'],
      'messages.1: Input should be a valid dictionary or object to extract fields from',
    ],
    ['no role', [{ content: 'Hi' }], 'messages.0.role: Field required'],
    ['no content', [{ role: 'user' }], 'messages.0.content: Field required'],
    [
      'content of another type',
      [{ role: 'user', content: 7 }],
      'messages.0.content: Input should be a valid string or list',
    ],
    ['unknown fields', [{ ...HI, name: 'a' }], 'messages.0.name: Extra inputs are not permitted'],
    ['another role', [HI, { ...HI, role: 'tool' }], "messages.1.role: Input should be 'user' or 'assistant'"],
    ['an empty text of the user', [HI, { role: 'user', content: '' }], empty(1)],
    ['an empty list of the user', [{ role: 'user', content: [] }], empty(0)],
    ['an empty text of the assistant before the end', [HI, { role: 'assistant', content: '' }, HI], empty(1)],
    [
      'a wrong block, with its place',
      [HI, { role: 'user', content: [{ type: 'text', text: 'a' }, { type: 'text' }] }],
      'messages.1.content.1.text.text: Field required',
    ],
    ['a prefill that ends in a space', [HI, { role: 'assistant', content: 'I ' }], TRAILING],
    ['a prefill that ends in a line break', [HI, { role: 'assistant', content: 'I\n' }], TRAILING],
    [
      'calls without results, by the message as it was sent',
      [HI, HI, { role: 'assistant', content: [CALL] }, HI],
      'messages.2: `tool_use` ids were found without `tool_result` blocks immediately after: c1. ' +
        'Each `tool_use` block must have a corresponding `tool_result` block in the next message.',
    ],
  ])('refuses %s', async (_, messages, message) => {
    await expect(read(...messages)).rejects.toThrow(refusal(message))
  })
})

const SYSTEM = { role: 'system', content: 'S' }
const USER = { role: 'user', content: 'U' }
const ASSISTANT = { role: 'assistant', content: 'A' }

/** The system texts that stand first, and the turns as {@link read} has them. */
async function texts(...messages: unknown[]) {
  const { system } = await readTurns(messages, blockContext())
  return { system: system.map(({ block }) => block), turns: await read(...messages) }
}

describe('readTurns, of system messages', () => {
  it('reads system messages before the first turn as system texts', async () => {
    const blocks = {
      role: 'system',
      content: [{ type: 'text', text: 'T', cache_control: { type: 'ephemeral', scope: 'global' } }],
    }
    expect(await texts(SYSTEM, blocks, USER)).toEqual({ system: ['S', 'T'], turns: [['user', 'U']] })
    expect((await readTurns([blocks, USER], blockContext())).system).toEqual([{ block: 'T', cacheTtl: '5m' }])
  })

  it('reads other system messages in their place, as marked text of the user', async () => {
    expect(await texts(USER, ASSISTANT, SYSTEM, USER, SYSTEM, ASSISTANT)).toEqual({
      system: [],
      turns: [
        ['user', 'U'],
        ['assistant', 'A'],
        ['user', '<system>\nS\n</system>', '\n\nU', '\n\n<system>\nS\n</system>'],
        ['assistant', 'A'],
      ],
    })
  })

  it('reads a system message between a call and its result', async () => {
    const call = { type: 'tool_use', id: 't1', name: 'f', input: {} }
    const result = { type: 'tool_result', tool_use_id: 't1' }
    const messages = [
      USER,
      { role: 'assistant', content: [call] },
      SYSTEM,
      { role: 'user', content: [result] },
    ]
    expect((await texts(...messages)).turns.at(-1)).toEqual(['user', 'tool-result', '<system>\nS\n</system>'])
  })

  it('reads system messages alone as what the user says', async () => {
    expect(await texts(SYSTEM)).toEqual({ system: [], turns: [['user', 'S']] })
  })

  it('accepts the fields of newer system messages, and text alone in them', async () => {
    await expect(read(USER, { ...SYSTEM, clear_at: 'x', output_config: {} })).resolves.toBeDefined()
    await expect(read({ ...USER, clear_at: 'x' })).rejects.toThrow(
      refusal('messages.0.clear_at: Extra inputs are not permitted'),
    )
    await expect(read(USER, { role: 'system', content: [{ type: 'image' }] })).rejects.toThrow(
      /^messages\.1\.content\.0: Input tag 'image' found/,
    )
  })

  it('leaves a system message out that held until the next message of the user', async () => {
    const brief = { ...SYSTEM, clear_at: 'next_user_message' }
    const reply = { role: 'assistant', content: 'A' }
    expect((await texts(USER, brief)).turns).toEqual([['user', 'U', '\n\n<system>\nS\n</system>']])
    expect((await texts(USER, brief, reply)).turns.at(0)).toEqual(['user', 'U', '\n\n<system>\nS\n</system>'])
    expect((await texts(USER, brief, reply, USER)).turns).toEqual([
      ['user', 'U'],
      ['assistant', 'A'],
      ['user', 'U'],
    ])
    await expect(read(USER, { ...brief, content: [{ type: 'image' }] }, USER)).rejects.toThrow(/^messages\.1/)
  })

  it('takes system messages only where the real API does by the rule strictRequests', async () => {
    const strict = blockContext({ rules: { strictRequests: true } })
    const reply = { role: 'assistant', content: 'A' }
    await expect(readTurns([USER, SYSTEM], strict)).resolves.toBeDefined()
    await expect(readTurns([USER, SYSTEM, reply, USER], strict)).resolves.toBeDefined()
    await expect(readTurns([SYSTEM, USER], strict)).rejects.toThrow(/^messages: Unexpected role "system"/)
    for (const messages of [
      [USER, SYSTEM, USER],
      [USER, reply, SYSTEM],
      [USER, SYSTEM, SYSTEM],
    ]) {
      await expect(readTurns(messages, strict)).rejects.toThrow(
        /^messages\.[12]: a system message must follow a user message/,
      )
    }
  })
})
