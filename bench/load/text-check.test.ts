import { describe, expect, it } from 'vitest'
import { endEvents, textEvent, wholeResponse, words } from './canned-responses.ts'
import { TextCheck } from './text-check.ts'

const TEXT = words(0, 8)
const check = (body: string, field = 'content') => new TextCheck(field, TEXT).isIn(Buffer.from(body))
const streamOf = (texts: readonly string[]) => texts.map(textEvent).join('') + endEvents(texts.length)
const WORDS = Array.from({ length: 8 }, (_, index) => words(index, index + 1))

describe('TextCheck', () => {
  it('finds the text of events and of one JSON, with spaces or without', () => {
    expect(check(streamOf(WORDS))).toBe(true)
    expect(check(streamOf([words(0, 3), '', words(3, 8)]))).toBe(true)
    expect(check(wholeResponse(TEXT))).toBe(true)
    expect(check(wholeResponse(TEXT).replaceAll('":', '": '))).toBe(true)
    expect(check(`data: {"completion":"${TEXT}"}\n\ndata: {"completion":"","stop":null}`, 'completion')).toBe(
      true,
    )
  })

  it('misses a word that is lost, doubled, out of order or cut, and words after the end', () => {
    const [first = '', second = '', ...rest] = WORDS
    expect(check(streamOf([first, ...rest]))).toBe(false)
    expect(check(streamOf([first, first, second, ...rest]))).toBe(false)
    expect(check(streamOf([second, first, ...rest]))).toBe(false)
    expect(check(streamOf(WORDS.slice(0, -1)))).toBe(false)
    expect(check(streamOf([...WORDS, ' w8']))).toBe(false)
    expect(check(streamOf(WORDS).slice(0, streamOf(WORDS).indexOf('w7')))).toBe(false)
    expect(check('')).toBe(false)
  })

  it('checks each body', () => {
    const text = new TextCheck('content', TEXT)
    expect(text.isIn(Buffer.from(streamOf(WORDS)))).toBe(true)
    expect(text.isIn(Buffer.from(streamOf(WORDS)))).toBe(true)
    expect(text.isIn(Buffer.from(streamOf(WORDS).replace('w5', 'w4')))).toBe(false)
  })
})
