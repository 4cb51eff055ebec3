import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { BatchBodyCutter } from './cut-batch-body.ts'

/** Cuts a body whose pieces end at these places, and returns its elements as values. */
function cutAt(body: string, places: readonly number[]): unknown[] {
  const bytes = Buffer.from(body)
  const cutter = new BatchBodyCutter()
  const elements: Uint8Array[] = []
  const ends = [...places.map((place) => place % (bytes.length + 1)), bytes.length].sort((a, b) => a - b)
  let from = 0
  for (const end of ends) {
    // A piece whose memory is used again for the next.
    const piece = Buffer.from(bytes.subarray(from, end))
    elements.push(...cutter.cut(piece))
    piece.fill(0)
    from = end
  }
  expect(cutter.end()).toBe(elements.length)
  return elements.map((element) => JSON.parse(Buffer.from(element).toString()))
}

const errorOf = (body: string, places: readonly number[] = []) => {
  try {
    cutAt(body, places)
  } catch (error) {
    return (error as Error).message
  }
  return null
}

describe('the body of a batch', () => {
  it('is cut into its elements, however its bytes are cut and spaced', () => {
    fc.assert(
      fc.property(
        fc.array(fc.jsonValue(), { minLength: 1, maxLength: 8 }),
        fc.array(fc.nat({ max: 4_000 }), { maxLength: 40 }),
        fc.constantFrom(undefined, 1, '\t', ' \n'),
        (requests, places, space) => {
          const body = JSON.stringify({ requests }, null, space)
          expect(cutAt(body, places)).toEqual(JSON.parse(body).requests)
        },
      ),
    )
  })

  it('is cut so byte by byte, with brackets, quotes and escapes in its texts', () => {
    const requests = [
      '}]"\\',
      { 'a"]': ['\\"', '{[', '\u00e9\ud83d\ude00'] },
      1.5e3,
      -0.1,
      true,
      null,
      [[]],
      {},
      '',
    ]
    const body = `\ufeff ${JSON.stringify({ requests }).replaceAll(',', ' ,\r\n')} `
    expect(
      cutAt(
        body,
        Array.from(Buffer.from(body), (_, index) => index),
      ),
    ).toEqual(requests)
  })

  it('is refused where it is cut short, wherever that is', () => {
    const body = JSON.stringify({ requests: [{ a: [1, '"\\'] }, 2] })
    for (let length = 0; length < body.length; length++) {
      expect(errorOf(body.slice(0, length))).toMatch(/^The request body is not valid JSON: /)
    }
    expect(errorOf(body)).toBe(null)
  })

  it.each([
    ['{}', 'requests: Field required'],
    ['{"requests":[]}', 'requests: List should have at least 1 item after validation, not 0'],
    ['{"requests":{}}', 'requests: Input should be a valid list'],
    ['{"requests":null}', 'requests: Input should be a valid list'],
    ['{"requests":[1],"more":2}', 'more: Extra inputs are not permitted'],
    ['{"more":2}', 'more: Extra inputs are not permitted'],
    ['[1]', 'The request body is not valid JSON: expected an object'],
    ['{"requests":[1],"requests":[1]}', 'The request body is not valid JSON: the key "requests" comes twice'],
    ['{"requests":[1,]}', 'The request body is not valid JSON: expected a value'],
    ['{"requests":[,1]}', 'The request body is not valid JSON: expected a value'],
    ['{"requests":[1}', 'The request body is not valid JSON: expected a comma or a closing bracket'],
    ['{"requests":[1],}', 'The request body is not valid JSON: expected a key'],
    ['{"requests":[1]}1', 'The request body is not valid JSON: unexpected characters after the document'],
    ['{requests:[1]}', 'The request body is not valid JSON: expected a key or a closing brace'],
    ['{"requests"=[1]}', 'The request body is not valid JSON: expected a colon'],
    [
      `{"requests":[${'1,'.repeat(100_000)}1]}`,
      'requests: List should have at most 100000 items after validation',
    ],
    [`{"${'a'.repeat(300)}":1}`, 'requests: the body has a key that is too long; it may have no other key'],
  ])('is refused: %.40s', (body, message) => {
    expect(errorOf(body)).toBe(message)
  })

  it('holds no more of an element than a request may have', () => {
    const cutter = new BatchBodyCutter()
    cutter.cut(Buffer.from('{"requests":["'))
    const piece = Buffer.alloc(1024 * 1024, 'a')
    expect(() => {
      for (let pieces = 0; pieces <= 32; pieces++) cutter.cut(piece)
    }).toThrow('Request exceeds the maximum size')
  })
})
