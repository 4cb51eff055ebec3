import { describe, expect, it } from 'vitest'
import type { CollectedPart } from '../../../completion/collected-completion.ts'
import { jsonOf } from './json-of.ts'
import { OpenItem } from './open-item.ts'

type Event = { readonly type: string } & Readonly<Record<string, unknown>>

function open(part: CollectedPart, isCustom = false) {
  const events: Event[] = []
  const item = new OpenItem(part, {
    outputIndex: 3,
    isCustom,
    namespacedNames: new Map(),
    emit: (type, fields, written) => events.push(JSON.parse(jsonOf({ type, ...fields }, written))),
  })
  return { item, events, types: () => events.map(({ type }) => type.replace('response.', '')) }
}

const call = (name: string): CollectedPart => ({ type: 'tool-call', id: 'call_1', name, json: '' })

describe('OpenItem', () => {
  it('streams a text with its scores, and repeats both when it ends', () => {
    const { item, events, types } = open({ type: 'text', text: '' })
    item.add('"a"', [{ token: '"a"' }])
    item.add('é\n')
    const { json, part } = item.end('incomplete')
    expect(types()).toEqual([
      'output_item.added',
      'content_part.added',
      'output_text.delta',
      'output_text.delta',
      'output_text.done',
      'content_part.done',
      'output_item.done',
    ])
    expect(events[2]).toMatchObject({ output_index: 3, content_index: 0, delta: '"a"' })
    expect(events[4]).toMatchObject({ text: '"a"é\n', logprobs: [{ token: '"a"' }] })
    expect(JSON.parse(json)).toEqual(events.at(-1)?.item)
    expect(JSON.parse(json)).toMatchObject({ status: 'incomplete', content: [{ text: '"a"é\n' }] })
    expect(part).toEqual({ type: 'text', text: '"a"é\n' })
  })

  it('streams thinking as a summary, and signs it at its end', () => {
    const { item, events } = open({ type: 'thinking', text: '', signature: null })
    item.add('Well')
    item.sign('abc')
    expect(item.end('completed').part).toEqual({ type: 'thinking', text: 'Well', signature: 'abc' })
    expect(events[0]).toMatchObject({ item: { summary: [], encrypted_content: null } })
    expect(events.at(-1)).toMatchObject({
      item: { summary: [{ text: 'Well' }], encrypted_content: 'continuo:abc' },
    })
  })

  it('streams `{}` as the arguments of a function that is called without any', () => {
    const { item, events, types } = open(call('look'))
    item.end('completed')
    expect(types()).toEqual([
      'output_item.added',
      'function_call_arguments.delta',
      'function_call_arguments.done',
      'output_item.done',
    ])
    expect(events[1]).toMatchObject({ delta: '{}' })
    expect(events[2]).toMatchObject({ name: 'look', arguments: '{}' })
  })

  it("sends the text within a custom tool's JSON once the JSON is whole", () => {
    const { item, events } = open(call('patch'), true)
    item.add('{"input":')
    expect(events).toHaveLength(1)
    item.add('"+a"}')
    expect(item.end('completed').part).toMatchObject({ json: '{"input":"+a"}' })
    expect(events[1]).toMatchObject({ type: 'response.custom_tool_call_input.delta', delta: '+a' })
    expect(events.at(-1)).toMatchObject({ item: { type: 'custom_tool_call', input: '+a' } })
  })
})
