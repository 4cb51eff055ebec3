import fc from 'fast-check'

/** One change of bytes, at places that are shares of their length. */
export interface ByteEdit {
  readonly type: 'insert' | 'replace' | 'remove' | 'repeat' | 'cut'
  /** 0 to 1. */
  readonly at: number
  /** How many bytes it concerns. */
  readonly length: number
  readonly bytes: Uint8Array
}

/** At most so much is repeated: a few changes must not make a gigabyte. */
const MAX_LENGTH = 200

/**
 * Changes of bytes.
 *
 * @param snippets texts to insert, besides random bytes
 */
export function byteEdits(snippets: readonly (string | Uint8Array)[]): fc.Arbitrary<readonly ByteEdit[]> {
  const snippet = fc.constantFrom(...snippets).map((one) => new Uint8Array(Buffer.from(one as string)))
  return fc.array(
    fc.record({
      type: fc.constantFrom('insert', 'insert', 'replace', 'remove', 'repeat', 'cut'),
      at: fc.double({ min: 0, max: 1, noNaN: true }),
      length: fc.nat({ max: MAX_LENGTH }),
      bytes: fc.oneof(
        { weight: 3, arbitrary: snippet },
        { weight: 1, arbitrary: fc.uint8Array({ minLength: 1, maxLength: 8 }) },
      ),
    }),
    { minLength: 1, maxLength: 4, size: 'max' },
  )
}

/** A changed copy. */
export function editBytes(bytes: Uint8Array, edits: readonly ByteEdit[]): Uint8Array<ArrayBuffer> {
  return new Uint8Array(edits.reduce<Buffer>(applyEdit, Buffer.from(bytes)))
}

function applyEdit(bytes: Buffer, { type, at, length, bytes: inserted }: ByteEdit): Buffer {
  const from = Math.floor(at * bytes.length)
  const [before, after] = [bytes.subarray(0, from), bytes.subarray(from)]
  switch (type) {
    case 'insert':
      return Buffer.concat([before, inserted, after])
    case 'replace':
      return Buffer.concat([before, inserted, after.subarray(inserted.length)])
    case 'remove':
      return Buffer.concat([before, after.subarray(length)])
    case 'repeat':
      return Buffer.concat([before, after.subarray(0, length), after])
    case 'cut':
      return before
  }
}

/** Where bytes are cut into pieces: shares of their length. */
export const cuts: fc.Arbitrary<readonly number[]> = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), {
  maxLength: 6,
})

/** The pieces between the cuts, none of them empty. */
export function piecesOf(bytes: Uint8Array, places: readonly number[]): Uint8Array[] {
  const ends = [...places.map((place) => Math.floor(place * bytes.length)), bytes.length].sort(
    (a, b) => a - b,
  )
  return ends
    .map((end, index) => bytes.subarray(ends[index - 1] ?? 0, end))
    .filter((piece) => piece.length > 0)
}
