import { deferred } from './deferred.ts'
import type { CallerResponse } from './http-caller.ts'
import type { ContinuoProcess } from './run-continuo.ts'
import { quoted, Violation } from './violation.ts'

/** Most time for a line to arrive. */
const LINE_PATIENCE_MS = 10_000
/** Messages about an upstream that breaks, which are expected where it is asked to. */
const EXPECTED_ERRORS = ['an upstream failed and gets no requests for now']

interface LogLine {
  readonly level: number
  readonly msg: string
  readonly requestId?: string
  readonly status?: number
  readonly reason?: string
}

/** Compares a server's log with what its clients received. */
export class ServerLog {
  /** Responses whose line has not arrived yet. */
  readonly #kept = new Map<string, { readonly status: number; readonly mayBreak: boolean }>()
  /** Lines of requests whose response has not been recorded, or never will be. */
  readonly #unmatched = new Map<string, number>()
  readonly #failedIds = new Set<string>()
  readonly #violations: Violation[] = []
  #onAllMatched: (() => void) | null = null
  /** The beginning of a line. */
  #text = ''

  constructor({ child }: ContinuoProcess) {
    if (child.stderr === null) throw new Error('the server has no standard error')
    child.stderr.setEncoding('utf8').on('data', (text: string) => this.#add(text))
  }

  /** Node's readers of lines end them at the separators of Unicode too, which JSON need not escape. */
  #add(text: string): void {
    const lines = (this.#text + text).split('\n')
    this.#text = lines.pop() ?? ''
    for (const line of lines) this.#read(line)
  }

  /** Records a response that a client received. */
  keep({ headers, status }: CallerResponse, mayBreak: boolean): void {
    const requestId = String(headers['request-id'])
    const logged = this.#unmatched.get(requestId)
    if (logged === undefined) this.#kept.set(requestId, { status, mayBreak })
    else this.#match(requestId, logged, status, mayBreak)
  }

  /** Waits for the lines of all recorded responses; returns each violation once. */
  async finish(): Promise<Violation[]> {
    await this.#allMatched()
    for (const [requestId, { status }] of this.#kept)
      this.#complain(`an answer of ${status} has no line (${requestId})`)
    for (const requestId of this.#failedIds)
      this.#complain(`a request failed that no caller saw fail (${requestId})`)
    this.#kept.clear()
    this.#failedIds.clear()
    // Of clients that disconnected.
    this.#unmatched.clear()
    return this.#violations.splice(0)
  }

  /** Resolves with the last line of a recorded response, or without it after {@link LINE_PATIENCE_MS}. */
  async #allMatched(): Promise<void> {
    if (this.#kept.size === 0) return
    const { promise, resolve } = deferred()
    const timer = setTimeout(resolve, LINE_PATIENCE_MS)
    this.#onAllMatched = resolve
    await promise
    clearTimeout(timer)
    this.#onAllMatched = null
  }

  #read(text: string): void {
    if (!text.startsWith('{')) {
      this.#complain(`a line that is no JSON: ${quoted(text)}`)
      return
    }
    const line = JSON.parse(text) as LogLine
    const { msg, requestId } = line
    if (msg === 'request' && requestId !== undefined) this.#readRequest(requestId, line.status ?? 0)
    else if (msg === 'request failed' && requestId !== undefined) this.#failedIds.add(requestId)
    else if (line.level >= ERROR_LEVEL && !EXPECTED_ERRORS.includes(msg)) this.#complain(quoted(text))
  }

  #readRequest(requestId: string, status: number): void {
    const kept = this.#kept.get(requestId)
    if (kept !== undefined) this.#match(requestId, status, kept.status, kept.mayBreak)
    else if (this.#unmatched.has(requestId)) this.#complain(`two lines about one request (${requestId})`)
    else this.#unmatched.set(requestId, status)
  }

  #match(requestId: string, logged: number, status: number, mayBreak: boolean): void {
    this.#kept.delete(requestId)
    this.#unmatched.delete(requestId)
    if (logged !== status) this.#complain(`${logged} where the caller got ${status} (${requestId})`)
    if (mayBreak) this.#failedIds.delete(requestId)
    if (this.#kept.size === 0) this.#onAllMatched?.()
  }

  #complain(what: string): void {
    this.#violations.push(new Violation('the log of the server', what))
  }
}

/** Levels of pino. */
const ERROR_LEVEL = 50
