import { describe, expect, it } from 'vitest'
import { connectionToClose, MIN_IDLE_MS, type OpenConnection } from './connection-to-close.ts'

const NOW_MS = 10 * MIN_IDLE_MS

function idle(network: string, sinceMs = 0): OpenConnection {
  return { network, idleSinceMs: sinceMs, isSending: false }
}
function busy(network: string): OpenConnection {
  return { network, idleSinceMs: null, isSending: false }
}
function sending(network: string): OpenConnection {
  return { network, idleSinceMs: null, isSending: true }
}

describe('connectionToClose', () => {
  const newcomer = { network: 'new' }

  it.each<[string, readonly OpenConnection[], number | null]>([
    ['the least recently used one', [idle('a'), idle('a'), idle('a')], 0],
    ['one of the client with the most', [idle('a'), idle('b'), idle('b'), idle('c')], 1],
    ['one without a request, of whom they may be', [busy('a'), busy('a'), busy('a'), idle('b')], 3],
    ['one that has just opened, of a client with more', [busy('a'), idle('a', NOW_MS)], 1],
    ['none that has just opened, of a client with as few', [idle('a', NOW_MS), idle('b', NOW_MS)], null],
    ['one that is still sending, of a client with more', [busy('a'), sending('a'), sending('b')], 1],
    ['none that is still sending, of a client with as few', [sending('a'), sending('b')], null],
    ['none that runs, of a client with as few', [busy('a'), busy('b')], null],
    ['none that runs, of a client within its share', [busy('a'), busy('a'), busy('b'), busy('c')], null],
    ['the last that runs, of a client beyond its share', [busy('a'), busy('a'), busy('a'), busy('b')], 2],
  ])('closes %s', (_, connections, closed) => {
    const chosen = connectionToClose(connections, newcomer, NOW_MS)
    expect(chosen === null ? null : connections.indexOf(chosen)).toBe(closed)
  })

  it('closes none that runs of the same client', () => {
    expect(connectionToClose([busy('a'), busy('a'), busy('a')], { network: 'a' }, NOW_MS)).toBeNull()
  })

  it('closes one of the same client, after a while without a request', () => {
    const connections = [idle('a', NOW_MS - MIN_IDLE_MS), idle('a', NOW_MS)]
    expect(connectionToClose(connections, { network: 'a' }, NOW_MS)).toBe(connections[0])
    expect(connectionToClose(connections.slice(1), { network: 'a' }, NOW_MS)).toBeNull()
  })
})
