import { describe, expect, it } from 'vitest'
import { OVERLOAD_FACTOR, PREFIX_CHARACTERS, ReplicaSet } from './replica-set.ts'

const NONE: ReadonlySet<string> = new Set()

function replicaSet(...names: string[]) {
  let nowMs = 0
  const set = new ReplicaSet(new Map(names.map((name) => [name, name])), () => nowMs)
  const advance = (ms: number) => {
    nowMs += ms
  }
  return { set, advance }
}

describe('ReplicaSet', () => {
  it('sends prompts of one prefix to one replica, and spreads the others', () => {
    const { set } = replicaSet('a', 'b', 'c')
    const prefix = 'x'.repeat(PREFIX_CHARACTERS)
    const choose = (prompt: string) => {
      const replicaCall = set.acquire(prompt, NONE)
      replicaCall.release()
      return replicaCall.replica
    }
    expect(new Set(['1', '2', '3', '4'].map((end) => choose(prefix + end))).size).toBe(1)
    const counts = new Map<string, number>()
    for (let index = 0; index < 300; index++) {
      const replica = choose(`prompt ${index}`)
      counts.set(replica, (counts.get(replica) ?? 0) + 1)
    }
    for (const name of ['a', 'b', 'c']) expect(counts.get(name)).toBeGreaterThan(60)
  })

  it('moves only the prefixes of a removed replica', () => {
    const [three, two] = [replicaSet('a', 'b', 'c').set, replicaSet('a', 'b').set]
    for (let index = 0; index < 100; index++) {
      const before = three.acquire(`prompt ${index}`, NONE)
      const after = two.acquire(`prompt ${index}`, NONE)
      if (before.replica !== 'c') expect(after.replica).toBe(before.replica)
      before.release()
      after.release()
    }
  })

  it('avoids the replica of a prefix when it is overloaded', () => {
    const { set } = replicaSet('a', 'b')
    const replicas = Array.from({ length: 4 }, () => set.acquire('same', NONE).replica)
    const [first] = replicas
    expect(replicas.slice(0, OVERLOAD_FACTOR)).toEqual(Array(OVERLOAD_FACTOR).fill(first))
    expect(replicas[OVERLOAD_FACTOR]).not.toBe(first)
  })

  it('ejects a failing replica for a growing time, then tries it with one request', () => {
    const { set, advance } = replicaSet('a', 'b')
    const acquireAll = () => Array.from({ length: 8 }, (_, index) => set.acquire(`p${index}`, NONE))
    const replicaCall = set.acquire('p', NONE)
    const failing = replicaCall.replica
    expect(replicaCall.eject()).toBe(1_000)
    expect(replicaCall.eject()).toBe(0)
    replicaCall.release()
    const others = acquireAll()
    expect(others.map((other) => other.replica)).not.toContain(failing)
    for (const other of others) other.release()

    advance(1_000)
    const tried = acquireAll().filter((other) => other.replica === failing)
    expect(tried).toHaveLength(1)
    expect(tried[0]?.eject()).toBe(2_000)
    tried[0]?.release()

    advance(2_000)
    const again = acquireAll().filter((other) => other.replica === failing)
    expect(again[0]?.markHealthy()).toBe(true)
    expect(again[0]?.markHealthy()).toBe(false)
  })

  it('prefers replicas that have not failed a request, and falls back to the others', () => {
    const { set } = replicaSet('a', 'b')
    const first = set.acquire('p', NONE)
    const met = new Set([first.replica])
    expect(set.hasOther(met)).toBe(true)
    expect(set.acquire('p', met).replica).not.toBe(first.replica)
    expect(set.hasOther(new Set(['a', 'b']))).toBe(false)
    expect(['a', 'b']).toContain(set.acquire('p', new Set(['a', 'b'])).replica)
  })

  it('tries the one that returns first when all are ejected', () => {
    const { set, advance } = replicaSet('a', 'b')
    const first = set.acquire('p', NONE)
    first.eject()
    advance(10)
    set.acquire('p', NONE).eject()
    expect(set.acquire('p', NONE).replica).toBe(first.replica)
  })
})
