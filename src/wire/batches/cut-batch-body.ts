import { ApiError } from '../api-error.ts'
import { invalidRequest } from '../body-schema.ts'

/** Most requests of a batch. @see the API's reference, "Message Batches": limitations */
export const MAX_BATCH_REQUESTS = 100_000
/** Largest request of a batch; no body of Messages is larger. */
export const MAX_BATCH_REQUEST_BYTES = 32 * 1024 * 1024
/** Longest name of a field of the body, which knows one. */
const MAX_KEY_BYTES = 256

/** What comes next between keys and elements; within `key` and `element`, which are read to their end. */
type Place =
  | 'start'
  | 'first-key'
  | 'next-key'
  | 'key'
  | 'colon'
  | 'list'
  | 'first-element'
  | 'next-element'
  | 'element'
  | 'element-end'
  | 'member-end'
  | 'end'

const [QUOTE, BACKSLASH, COMMA, COLON] = [0x22, 0x5c, 0x2c, 0x3a] as const
const [OPEN_BRACE, CLOSE_BRACE, OPEN_BRACKET, CLOSE_BRACKET] = [0x7b, 0x7d, 0x5b, 0x5d] as const
const BYTE_ORDER_MARK = [0xef, 0xbb, 0xbf]

/** Where each byte leads that may come at a place, and what is wrong with any other. */
interface PlaceRule {
  readonly next: Readonly<Partial<Record<number, Place>>>
  /** What begins with any other byte. */
  readonly otherwise: Place | (() => Error)
}

const RULES: Readonly<Record<Exclude<Place, 'key' | 'element'>, PlaceRule>> = {
  start: { next: { [OPEN_BRACE]: 'first-key' }, otherwise: () => malformed('expected an object') },
  'first-key': {
    next: { [QUOTE]: 'key', [CLOSE_BRACE]: 'end' },
    otherwise: () => malformed('expected a key or a closing brace'),
  },
  'next-key': { next: { [QUOTE]: 'key' }, otherwise: () => malformed('expected a key') },
  colon: { next: { [COLON]: 'list' }, otherwise: () => malformed('expected a colon') },
  list: {
    next: { [OPEN_BRACKET]: 'first-element' },
    otherwise: () => invalidRequest('requests: Input should be a valid list'),
  },
  'first-element': { next: { [CLOSE_BRACKET]: 'member-end' }, otherwise: 'element' },
  'next-element': { next: {}, otherwise: 'element' },
  'element-end': {
    next: { [COMMA]: 'next-element', [CLOSE_BRACKET]: 'member-end' },
    otherwise: () => malformed('expected a comma or a closing bracket'),
  },
  'member-end': {
    next: { [COMMA]: 'next-key', [CLOSE_BRACE]: 'end' },
    otherwise: () => malformed('expected a comma or a closing brace'),
  },
  end: { next: {}, otherwise: () => malformed('unexpected characters after the document') },
}
/** No value begins with these. */
const NO_VALUE: readonly number[] = [COMMA, CLOSE_BRACE, CLOSE_BRACKET, COLON]

/**
 * Cuts the elements of `requests` out of the body of a batch while it arrives, however its bytes are cut, so that no more
 * of it than one element is ever held. Elements are cut by their brackets; whether each is JSON is left to its reader.
 */
export class BatchBodyCutter {
  #place: Place = 'start'
  #hasRequests = false
  #count = 0
  /** Of the element or key that is being read: its bytes in earlier pieces, and how many brackets are open. */
  #parts: Uint8Array[] = []
  #partBytes = 0
  #depth = 0
  #isInString = false
  #isEscaped = false
  #markBytes = 0

  /**
   * The elements that end in a piece.
   *
   * @throws ApiError `malformed-json`, `request-too-large`; CompletionError `invalid-request`
   */
  cut(piece: Uint8Array): Uint8Array[] {
    const elements: Uint8Array[] = []
    for (let at = 0; at < piece.length; ) {
      const place = this.#place
      if (place === 'key' || place === 'element') at = this.#read(piece, at, elements)
      else if (isSpace(piece[at]) || (place === 'start' && this.#isMark(piece[at]))) at += 1
      else at += this.#advance(piece[at] as number, RULES[place])
    }
    return elements
  }

  /** Bytes of the element that is being read. */
  get heldBytes(): number {
    return this.#partBytes
  }

  /** Checks that the body was whole. Returns how many elements it had. */
  end(): number {
    if (this.#place !== 'end') throw malformed('unexpected end of data')
    if (!this.#hasRequests) throw invalidRequest('requests: Field required')
    if (this.#count === 0)
      throw invalidRequest('requests: List should have at least 1 item after validation, not 0')
    return this.#count
  }

  /** Takes one byte between keys and elements. Returns 0 for the first of either, which is read with it. */
  #advance(byte: number, { next, otherwise }: PlaceRule): 0 | 1 {
    const place = next[byte] ?? otherwise
    if (typeof place === 'function') throw place()
    if (place === 'element') this.#beginElement(byte)
    this.#place = place
    return place === 'element' || place === 'key' ? 0 : 1
  }

  #beginElement(byte: number): void {
    if (NO_VALUE.includes(byte)) throw malformed('expected a value')
    this.#count += 1
    if (this.#count <= MAX_BATCH_REQUESTS) return
    throw invalidRequest(`requests: List should have at most ${MAX_BATCH_REQUESTS} items after validation`)
  }

  /** Reads on in a key or an element, and returns where it stopped. */
  #read(piece: Uint8Array, start: number, elements: Uint8Array[]): number {
    for (let at = start; at < piece.length; at++) {
      const end = this.#valueEnd(piece[at] as number, at)
      if (end === null) continue
      const bytes = this.#take(piece.subarray(start, end))
      if (this.#place === 'key') this.#acceptKey(bytes)
      else {
        elements.push(bytes)
        this.#place = 'element-end'
      }
      return end
    }
    this.#keep(piece.subarray(start))
    return piece.length
  }

  /** The index after the last byte of a value, once that is known. A number or a word ends before the byte after it. */
  #valueEnd(byte: number, at: number): number | null {
    if (this.#isInString) return this.#stringCloses(byte) && this.#depth === 0 ? at + 1 : null
    if (byte === QUOTE) this.#isInString = true
    else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) this.#depth += 1
    else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) {
      if (this.#depth === 0) return at
      this.#depth -= 1
      if (this.#depth === 0) return at + 1
    } else if (this.#depth === 0 && (byte === COMMA || isSpace(byte))) return at
    return null
  }

  #stringCloses(byte: number): boolean {
    if (this.#isEscaped) this.#isEscaped = false
    else if (byte === BACKSLASH) this.#isEscaped = true
    else if (byte === QUOTE) {
      this.#isInString = false
      return true
    }
    return false
  }

  #acceptKey(bytes: Uint8Array): void {
    const key = parsedKey(bytes)
    if (key !== 'requests') throw invalidRequest(`${key}: Extra inputs are not permitted`)
    if (this.#hasRequests) throw malformed('the key "requests" comes twice')
    this.#hasRequests = true
    this.#place = 'colon'
  }

  #keep(part: Uint8Array): void {
    this.#partBytes += part.length
    if (this.#place === 'key' && this.#partBytes > MAX_KEY_BYTES) {
      throw invalidRequest('requests: the body has a key that is too long; it may have no other key')
    }
    if (this.#partBytes > MAX_BATCH_REQUEST_BYTES) {
      throw new ApiError('request-too-large', 'Request exceeds the maximum size')
    }
    // A copy of a small part, which would keep its whole piece.
    this.#parts.push(new Uint8Array(part))
    if (this.#parts.length >= MAX_PARTS) this.#parts = [Buffer.concat(this.#parts)]
  }

  #take(part: Uint8Array): Uint8Array {
    this.#keep(part)
    const bytes = this.#parts.length === 1 ? (this.#parts[0] as Uint8Array) : Buffer.concat(this.#parts)
    this.#parts = []
    this.#partBytes = 0
    return bytes
  }

  /** Whether a byte belongs to a byte order mark, which is skipped. */
  #isMark(byte: number | undefined): boolean {
    if (this.#markBytes >= BYTE_ORDER_MARK.length || byte !== BYTE_ORDER_MARK[this.#markBytes]) return false
    this.#markBytes += 1
    return true
  }
}

/** Parts of an element that are held before they are joined, since each takes memory of its own. */
const MAX_PARTS = 4096

function isSpace(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09
}

function parsedKey(bytes: Uint8Array): string {
  try {
    return String(JSON.parse(Buffer.from(bytes).toString()))
  } catch {
    throw malformed('invalid key')
  }
}

function malformed(reason: string): ApiError {
  return new ApiError('malformed-json', `The request body is not valid JSON: ${reason}`)
}
