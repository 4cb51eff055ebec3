import { TextDecoder } from 'node:util'
import { JsonBrackets } from './json-brackets.ts'
import type { ServerSentEvent } from './server-sent-event-reader.ts'

/** Most characters of a response in JSON. */
export const MAX_JSON_BODY_CHARACTERS = 8 * 1024 * 1024

const OPEN_OBJECT = 0x7b
/** White space, and the bytes of a byte order mark. */
const IGNORED_BYTES: ReadonlySet<number> = new Set([0x20, 0x09, 0x0a, 0x0d, 0xef, 0xbb, 0xbf])

/** A response that is JSON in place of an event stream: one object, or an object on each line. */
export class JsonBody {
  readonly #decoder = new TextDecoder()
  #text = ''

  /** Null for a body that begins as no object; undefined while that is open. */
  static beginningWith(bytes: Uint8Array): JsonBody | null | undefined {
    const first = bytes.find((byte) => !IGNORED_BYTES.has(byte))
    if (first === undefined) return undefined
    return first === OPEN_OBJECT ? new JsonBody() : null
  }

  /** Returns whether the body is still within {@link MAX_JSON_BODY_CHARACTERS}. */
  push(bytes: Uint8Array): boolean {
    this.#text += this.#decoder.decode(bytes, { stream: true })
    return this.#text.length <= MAX_JSON_BODY_CHARACTERS
  }

  /** Its objects as the data of events. */
  events(): ServerSentEvent[] {
    const text = this.#text.trim()
    const end = new JsonBrackets(Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY).push(text)
    const texts = end === null || end === text.length ? [text] : text.split('\n')
    return texts.map((data) => ({ name: null, data }))
  }
}
