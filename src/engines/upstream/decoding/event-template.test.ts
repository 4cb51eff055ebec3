import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { codePoint } from '../../../../test/code-point.ts'
import { parseJson, textAt } from '../../../util/json-value.ts'
import { EventTemplate } from './event-template.ts'

/** Like an upstream's reader: an event with a `stop` brings more than its text. */
function readText(data: string): string | null {
  const event = parseJson(data)
  return textAt(event, 'stop') === undefined ? (textAt(event, 'text') ?? null) : null
}

function learned(data: string): EventTemplate {
  const template = new EventTemplate(readText)
  const text = readText(data)
  if (text === null) return template
  template.learn(data, text)
  expect(template.textOf(data)).toBeNull()
  template.learn(data, text)
  return template
}

describe('EventTemplate', () => {
  it('recognizes an event that differs only in its text', () => {
    const template = learned('{"id":"a1","text":"Hello","index":0}')
    expect(template.textOf('{"id":"a1","text":", world","index":0}')).toBe(', world')
    expect(template.textOf('{"id":"a1","text":"","index":0}')).toBe('')
    expect(template.textOf('{"id":"a1","text":"\\n\\u00e9 \\"so\\"","index":0}')).toBe('\né "so"')
  })

  it.each([
    ['another identity', '{"id":"a2","text":"Hello","index":0}'],
    ['more after the text', '{"id":"a1","text":"Hello","stop":"end","index":0}'],
    ['another text after the first', '{"id":"a1","text":"a","text":"b","index":0}'],
    ['an escape that hides the end', '{"id":"a1","text":"a\\","index":0}'],
    ['a line break that is none of JSON', '{"id":"a1","text":"a\nb","index":0}'],
    ['the end of the frame where its beginning is', '{"id":"a1","text":","index":0}'],
  ])('does not recognize one with %s', (_, data) => {
    expect(learned('{"id":"a1","text":"Hello","index":0}').textOf(data)).toBeNull()
  })

  it('finds the text even where the same text occurs elsewhere, or gives up', () => {
    expect(learned('{"id":"same","text":"same"}').textOf('{"id":"same","text":"b"}')).toBe('b')
    expect(learned('{"text":"same","id":"same"}').textOf('{"text":"same","id":"b"}')).toBeNull()
    expect(learned('{"text":"lost","text":"same"}').textOf('{"text":"lost","text":"b"}')).toBe('b')
  })

  it('gives up on an upstream whose events always differ', () => {
    const template = new EventTemplate(readText)
    const event = (index: number) => `{"time":${index},"text":"a"}`
    for (let index = 0; index < 100; index++) template.learn(event(index), 'a')
    expect(template.textOf(event(7).replace('"a"', '"b"'))).toBe('b')
    expect(template.textOf(event(99))).toBeNull()
  })

  it('never extracts a different text than JSON.parse', () => {
    const texts = fc.oneof(
      fc.string(),
      fc.string({ unit: codePoint }),
      fc.constantFrom('"', '\\', '","text":"'),
    )
    const others = fc.dictionary(fc.constantFrom('id', 'stop', 'text', 'n'), fc.oneof(texts, fc.integer()))
    const events = fc.tuple(others, texts, others).map(([before, text, after]) => {
      const inner = (fields: object) => JSON.stringify(fields).slice(1, -1)
      const parts = [inner(before), `"text":${JSON.stringify(text)}`, inner(after)]
      return `{${parts.filter((part) => part !== '').join(',')}}`
    })
    fc.assert(
      fc.property(events, fc.array(fc.oneof(events, texts), { maxLength: 4 }), (first, later) => {
        const template = learned(first)
        for (const data of [first, ...later]) {
          const text = template.textOf(data)
          if (text !== null) expect(readText(data)).toBe(text)
        }
      }),
      { numRuns: 300 },
    )
  })
})
