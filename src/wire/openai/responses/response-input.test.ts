import { describe, expect, it } from 'vitest'
import { refusal } from '../../../../test/refusal.ts'
import type { AssistantPart } from '../../../completion/turn.ts'
import { WorkSlices } from '../../../util/work-slices.ts'
import { encryptedContent } from './encrypted-content.ts'
import { readResponseInput } from './response-input.ts'

const KEPT: AssistantPart = { type: 'text', text: 'Kept.' }
const USER = { role: 'user', content: 'Hi' }

function read(items: readonly unknown[], instructions = '') {
  return readResponseInput(items, instructions, {
    modelId: 'm',
    capabilities: () => ({ images: true }),
    rules: { allowImageUrls: false },
    costs: { slices: new WorkSlices(), holdMembers: () => undefined },
    findItem: (id) => (id === 'msg_1' ? KEPT : undefined),
  })
}

async function partsAfterUser(...items: object[]) {
  const { turns } = await read([USER, ...items])
  return turns.slice(1)
}

describe('readResponseInput', () => {
  it('joins instructions and messages of the system', async () => {
    const { systemText, turns } = await read(
      [{ role: 'developer', content: 'In French.' }, USER],
      'Be brief.',
    )
    expect(systemText).toMatch(/^Be brief\.\s+In French\.$/)
    expect(turns).toEqual([{ role: 'user', parts: [{ type: 'text', text: 'Hi' }] }])
  })

  it('makes one turn of the items of the assistant, and one of the outputs that follow', async () => {
    const turns = await partsAfterUser(
      { type: 'reasoning', summary: [], encrypted_content: encryptedContent('abc') },
      { role: 'assistant', content: 'Looking.' },
      { type: 'function_call', call_id: 'a', namespace: 'sky', name: 'weather', arguments: '{"at":1}' },
      { type: 'custom_tool_call', call_id: 'b', name: 'patch', input: '+a' },
      { type: 'function_call_output', call_id: 'a', output: 'sun' },
      { type: 'custom_tool_call_output', call_id: 'b', output: 'done' },
    )
    expect(turns).toMatchObject([
      {
        role: 'assistant',
        parts: [
          { type: 'thinking', text: '', signature: 'abc' },
          { type: 'text', text: 'Looking.' },
          { type: 'tool-call', id: 'a', name: 'sky__weather', input: { at: 1 } },
          { type: 'tool-call', id: 'b', name: 'patch', input: { input: '+a' } },
        ],
      },
      {
        role: 'user',
        parts: [
          { type: 'tool-result', toolCallId: 'a', parts: [{ type: 'text', text: 'sun' }] },
          { type: 'tool-result', toolCallId: 'b', parts: [{ type: 'text', text: 'done' }] },
        ],
      },
    ])
  })

  it.each([
    ['thinking that another server encrypted', { type: 'reasoning', summary: [], encrypted_content: 'gAAA' }],
    ["a call of OpenAI's own tools", { type: 'web_search_call', id: 'ws_1' }],
  ])('omits %s', async (_, item) => {
    expect(await partsAfterUser(item)).toEqual([])
  })

  it('finds an item that is sent by its id', async () => {
    expect(await read([USER, { type: 'item_reference', id: 'msg_1' }])).toMatchObject({ prefill: 'Kept.' })
  })

  it.each([
    [
      { type: 'item_reference', id: 'msg_2' },
      "input.1.id: this server does not keep the item 'msg_2': send the item itself, with `store` false",
    ],
    [{ type: 'computer_call' }, "input.1.type: items of the type 'computer_call' are not supported"],
  ])('refuses %j', async (item, message) => {
    await expect(read([USER, item])).rejects.toEqual(refusal(message))
  })
})
