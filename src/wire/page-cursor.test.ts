import { expect, test } from 'vitest'
import { cursorText, pageCursor } from './page-cursor.ts'

test.each(['[1,"a"]', 'ü', ''])('a cursor holds its text: %j', (text) => {
  expect(cursorText(pageCursor(text), 100)).toBe(text)
})

test('what is too long, or has another beginning, holds nothing', () => {
  const cursor = pageCursor('abc')
  expect(cursorText(cursor, cursor.length)).toBe('abc')
  expect(cursorText(cursor, cursor.length - 1)).toBe('')
  expect(cursorText(cursor.slice(1), 100)).toBe('')
})
