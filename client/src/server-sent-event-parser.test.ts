import fc from 'fast-check'
import { expect, test } from 'vitest'
import { cutAt } from '../test/completion-events.ts'
import {
  MAX_EVENT_CODE_UNITS,
  type ServerSentEvent,
  ServerSentEventParser,
} from './server-sent-event-parser.ts'

const encoder = new TextEncoder()

function parse(pieces: readonly Uint8Array[]): ServerSentEvent[] {
  const parser = new ServerSentEventParser()
  return [...pieces.flatMap((piece) => parser.push(piece)), ...parser.end()]
}

function parseText(text: string): [event: string, data: string][] {
  return parse([encoder.encode(text)]).map(({ event, data }) => [event, data])
}

test.each([
  ['a name and data', 'event: completion\ndata: {"a":1}\n\n', [['completion', '{"a":1}']]],
  [
    'carriage returns alone',
    'event: x\rdata: 1\r\rdata: 2\r\r',
    [
      ['x', '1'],
      ['message', '2'],
    ],
  ],
  [
    'both line ends mixed',
    'event: x\r\ndata: 1\n\r\ndata: 2\r\n\n',
    [
      ['x', '1'],
      ['message', '2'],
    ],
  ],
  ['no name', 'data: 1\n\n', [['message', '1']]],
  [
    'a name that does not outlive its event',
    'event: x\ndata: 1\n\ndata: 2\n\n',
    [
      ['x', '1'],
      ['message', '2'],
    ],
  ],
  ['several lines of data', 'data: 1\ndata:\ndata: 3\n\n', [['message', '1\n\n3']]],
  ['one space after the colon goes', 'data:  1 \n\n', [['message', ' 1 ']]],
  ['no space after the colon', 'data:1\nevent:x\n\n', [['x', '1']]],
  ['a field without a colon', 'data\n\n', [['message', '']]],
  ['colons in data', 'data: a:b: c\n\n', [['message', 'a:b: c']]],
  ['comments and other fields', ': hi\nid: 7\nretry: 5\ndata: 1\nfoo\n:\n\n', [['message', '1']]],
  ['a name without data', 'event: x\n\ndata: 1\n\n', [['message', '1']]],
  ['blank lines in a row', '\n\n\ndata: 1\n\n\n\n', [['message', '1']]],
  ['a byte order mark at the start', '\uFEFFdata: 1\n\n', [['message', '1']]],
  ['a byte order mark elsewhere is text', 'data: \uFEFF\n\n', [['message', '\uFEFF']]],
  [
    'separators that are no line ends',
    'data: a\u2028b\u2029c\u0085d\u000Be\n\n',
    [['message', 'a\u2028b\u2029c\u0085d\u000Be']],
  ],
  ['nothing', '', []],
])('reads %s', (_, text, events) => {
  expect(parseText(text)).toEqual(events)
})

test.each([
  ['a blank line', 'event: x\ndata: 1\n'],
  ['a line end', 'event: x\ndata: 1'],
  ['a carriage return', 'event: x\r\ndata: 1\r'],
])('an event that lacks %s at the end of the stream is given, and marked', (_, text) => {
  expect(parse([encoder.encode(text)])).toEqual([{ event: 'x', data: '1', isTerminated: false }])
})

test('an event is given as soon as its blank line is here, not one piece later', () => {
  const parser = new ServerSentEventParser()
  expect(parser.push(encoder.encode('data: 1\r\n\r'))).toEqual([
    { event: 'message', data: '1', isTerminated: true },
  ])
  expect(parser.push(encoder.encode('\ndata: 2\n\n'))).toEqual([
    { event: 'message', data: '2', isTerminated: true },
  ])
})

test('a character that is never completed becomes a replacement character', () => {
  const [event] = parse([encoder.encode('data: '), Uint8Array.of(0xe6, 0x97)])
  expect(event).toEqual({ event: 'message', data: '\uFFFD', isTerminated: false })
})

test.each([0, 1, 2, 3, 4])(
  'one byte order mark at the start is dropped, with a cut after %i bytes',
  (place) => {
    const cut = (text: string) => cutAt(encoder.encode(text), [place])
    expect(parse(cut('\uFEFFdata: 1\n\n'))).toHaveLength(1)
    expect(parse(cut('\uFEFF\uFEFFdata: 1\n\n'))).toEqual([])
  },
)

const fragment = fc.constantFrom(
  '\r',
  '\n',
  '\r\n',
  'data:',
  'data: ',
  'event: ',
  ':',
  ' ',
  'x',
  '日本',
  '👩‍👩‍👧',
  'é',
  '\uFEFF',
  '\u2028',
)

test('how the bytes were cut makes no difference', () => {
  fc.assert(
    fc.property(fc.array(fragment, { maxLength: 60 }), fc.array(fc.nat(200)), (fragments, places) => {
      const bytes = encoder.encode(fragments.join(''))
      const whole = parse([bytes])
      expect(parse(cutAt(bytes, places))).toEqual(whole)
      expect(parse(cutAt(bytes, [...bytes.keys()]))).toEqual(whole)
    }),
  )
})

test('what was written is what is read, whatever the text and the line ends', () => {
  const line = fc.string({ unit: 'grapheme' }).map((text) => text.replace(/[\r\n]/g, ''))
  const event = fc.record({ event: line, data: fc.array(line, { minLength: 1, maxLength: 3 }) })
  fc.assert(
    fc.property(
      fc.array(event),
      fc.constantFrom('\r', '\n', '\r\n'),
      fc.array(fc.nat(500)),
      (events, end, places) => {
        const text = events.map(
          (e) => `event: ${e.event}${end}${e.data.map((d) => `data: ${d}${end}`).join('')}${end}`,
        )
        const expected = events.map((e) => ({
          event: e.event || 'message',
          data: e.data.join('\n'),
          isTerminated: true,
        }))
        expect(parse(cutAt(encoder.encode(text.join('')), places))).toEqual(expected)
      },
    ),
  )
})

test('an event larger than the bound is refused, wherever its size is', () => {
  const chunk = encoder.encode('x'.repeat(1024 * 1024))
  for (const [start, between] of [
    ['data: ', ''],
    [': ', ''],
    ['event: ', ''],
    ['data: ', '\ndata: '],
  ]) {
    const parser = new ServerSentEventParser()
    const pushTooMuch = () => {
      parser.push(encoder.encode(start))
      for (let pushed = 0; pushed <= MAX_EVENT_CODE_UNITS; pushed += chunk.length) {
        parser.push(chunk)
        parser.push(encoder.encode(between))
      }
    }
    expect(pushTooMuch).toThrow('larger than')
  }
})

test('comments without end are no event and take no room', () => {
  const parser = new ServerSentEventParser()
  const comment = encoder.encode(`: ${'x'.repeat(1024 * 1024)}\n`)
  for (let pushed = 0; pushed <= 2 * MAX_EVENT_CODE_UNITS; pushed += comment.length) parser.push(comment)
  expect(parser.push(encoder.encode('data: 1\n\n'))).toHaveLength(1)
})

test('a large event in tiny pieces is read in linear time', () => {
  // Looking again at what is held would take 400,000 × 200,000 steps: far beyond any time limit of a test.
  const parser = new ServerSentEventParser()
  parser.push(encoder.encode('data: '))
  const piece = encoder.encode('xy')
  for (let count = 0; count < 200_000; count++) parser.push(piece)
  expect(parser.push(encoder.encode('\n\n'))[0]?.data).toHaveLength(400_000)
})

test('many short lines in one piece are read in linear time', () => {
  const text = 'data: 1\n\n'.repeat(100_000)
  expect(new ServerSentEventParser().push(encoder.encode(text))).toHaveLength(100_000)
})
