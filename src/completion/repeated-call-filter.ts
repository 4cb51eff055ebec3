import type { ReplyPart } from './reply-part.ts'

/**
 * Finds a tool call that repeats the call before it, name and input: small models write the same call until their token
 * limit. The parts of a call are held back as long as it may be such a repetition.
 */
export class RepeatedCallFilter {
  #previous: Call | null = null
  #current: Call | null = null
  /** Parts of the current call; null once it differs from the previous one. */
  #held: ReplyPart[] | null = null
  #hasRepeatedCall = false

  /** Whether a call was left out, with which the reply should end. */
  get hasRepeatedCall(): boolean {
    return this.#hasRepeatedCall
  }

  /** @returns the parts to pass on */
  push(part: ReplyPart): readonly ReplyPart[] {
    switch (part.type) {
      case 'tool-call-start':
        return [...this.#endCall(), ...this.#begin(part)]
      case 'tool-input':
        return this.#addInput(part)
      default:
        return this.#pass(part)
    }
  }

  /** The parts that are still held back, at the end of the reply. */
  finish(): readonly ReplyPart[] {
    return this.#endCall()
  }

  #begin(part: Extract<ReplyPart, { type: 'tool-call-start' }>): readonly ReplyPart[] {
    if (this.#hasRepeatedCall) return []
    this.#previous = this.#current
    this.#current = { name: part.name, json: '' }
    if (this.#previous?.name !== part.name) return [part]
    this.#held = [part]
    return []
  }

  #addInput(part: Extract<ReplyPart, { type: 'tool-input' }>): readonly ReplyPart[] {
    if (this.#current === null || this.#hasRepeatedCall) return []
    const isSameSoFar = this.#previous?.json.startsWith(part.json, this.#current.json.length) ?? false
    this.#current.json += part.json
    if (this.#held === null) return [part]
    this.#held.push(part)
    return isSameSoFar ? [] : this.#release()
  }

  #pass(part: ReplyPart): readonly ReplyPart[] {
    const released = this.#endCall()
    return this.#hasRepeatedCall ? [] : [...released, part]
  }

  /** Decides about a call of which nothing more comes. */
  #endCall(): readonly ReplyPart[] {
    if (this.#held === null) return []
    if (this.#current?.json === this.#previous?.json) {
      this.#hasRepeatedCall = true
      this.#held = null
      return []
    }
    return this.#release()
  }

  #release(): readonly ReplyPart[] {
    const held = this.#held ?? []
    this.#held = null
    return held
  }
}

interface Call {
  readonly name: string
  json: string
}
