import { expect, it } from 'vitest'
import { readingOrder } from './reading-order.ts'

function connection(name: string, network: string, lastTurn: number) {
  return { name, network, lastTurn }
}

function namesInOrder(connections: readonly ReturnType<typeof connection>[], turn = 0): string[] {
  return readingOrder(connections, turn).map(({ name }) => name)
}

it('reads those first that have waited longest', () => {
  const held = [connection('recent', 'a', 9), connection('new', 'a', 0), connection('old', 'a', 3)]
  expect(namesInOrder(held)).toEqual(['new', 'old', 'recent'])
})

it('reads a connection of each client in turn, however many each has', () => {
  const many = Array.from({ length: 1_000 }, (_, index) => connection(`many ${index}`, 'a', index % 7))
  const held = [...many, connection('one', 'b', 5), connection('another', 'c', 6)]
  const order = namesInOrder(held)
  expect(order.slice(0, 3)).toEqual(['one', 'many 0', 'another'])
  expect(new Set(order).size).toBe(held.length)
})

it('reads the oldest and the newest of those without a request by turns', () => {
  const held = ['first', 'second', 'third'].map((name) => connection(name, 'a', 0))
  expect([0, 1].map((turn) => namesInOrder(held, turn)[0])).toEqual(['first', 'third'])
})

it('orders nothing', () => {
  expect(readingOrder([], 0)).toEqual([])
})
