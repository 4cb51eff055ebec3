import { describe, expect, it } from 'vitest'
import { MAX_RECENT_ITEMS, MAX_RECENT_UNITS, RecentItems } from './recent-items.ts'

const part = { type: 'text', text: 'a' } as const

describe('RecentItems', () => {
  it('finds an item for those alone who received it', () => {
    const items = new RecentItems()
    items.add('one', 'msg_1', part, 1)
    expect(items.find('one', 'msg_1')).toBe(part)
    expect(items.find('two', 'msg_1')).toBeUndefined()
    expect(items.find(null, 'msg_1')).toBeUndefined()
    expect(items.find('one', 'msg_2')).toBeUndefined()
  })

  it('keeps no more items than its limit, and drops the oldest', () => {
    const items = new RecentItems()
    for (let index = 0; index <= MAX_RECENT_ITEMS; index++) items.add(null, `msg_${index}`, part, 1)
    expect(items.find(null, 'msg_0')).toBeUndefined()
    expect(items.find(null, 'msg_1')).toBe(part)
  })

  it('keeps no more text than its limit', () => {
    const items = new RecentItems()
    items.add(null, 'msg_1', part, MAX_RECENT_UNITS / 2)
    items.add(null, 'msg_2', part, MAX_RECENT_UNITS / 2)
    items.add(null, 'msg_3', part, MAX_RECENT_UNITS)
    expect(items.find(null, 'msg_1')).toBeUndefined()
    expect(items.find(null, 'msg_2')).toBe(part)
    expect(items.find(null, 'msg_3')).toBeUndefined()
  })
})
