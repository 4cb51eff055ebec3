import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { completionEvents, joinedText, readEvents } from '../conformance/read-events.ts'
import { ContinuoProcess } from '../run-continuo.ts'

/** A question; {@link RunningContinuo} adds the other fields. */
export interface Question {
  readonly prompt: string
  readonly maxTokens?: number
  readonly stopSequences?: readonly string[]
}

/** A response and its log line. */
export interface Responded {
  readonly status: number
  readonly completion: string
  readonly stop_reason: string | null
  readonly stop: string | null
  readonly error: { readonly type: string; readonly message: string } | null
  readonly requestId: string
}

/** One line of the log. */
export type LogLine = Readonly<Record<string, unknown>>

/** `continuo serve` as a process with a configuration file; requests go through its port at temperature 0. */
export class RunningContinuo {
  readonly url: string
  readonly #process: ContinuoProcess
  readonly #folder: string

  private constructor(process: ContinuoProcess, folder: string, url: string) {
    this.#process = process
    this.#folder = folder
    this.url = url
  }

  static async start(configuration: object): Promise<RunningContinuo> {
    const folder = mkdtempSync(join(tmpdir(), 'continuo-servers-'))
    const configPath = join(folder, 'continuo.json')
    writeFileSync(configPath, JSON.stringify(configuration))
    const process = new ContinuoProcess(['serve', '--config', configPath, '--port', '0'])
    await process.waitForOutput(/Try it:/)
    const [, url] = await process.waitForOutput(/Continuo listens on (http:\S+)/)
    if (url === undefined) throw new Error('it did not say where it listens')
    return new RunningContinuo(process, folder, url)
  }

  /** Sends a question without streaming. */
  async ask(model: string, question: Question): Promise<Responded> {
    const response = await this.send(model, question, false)
    const body = (await response.json()) as Partial<Responded>
    return {
      status: response.status,
      completion: body.completion ?? '',
      stop_reason: body.stop_reason ?? null,
      stop: body.stop ?? null,
      error: body.error ?? null,
      requestId: response.headers.get('request-id') ?? '',
    }
  }

  /** Streams a question, and joins the text; `error` is that of the stream. */
  async askForStream(model: string, question: Question): Promise<Responded> {
    const response = await this.send(model, question, true)
    const events = readEvents(await response.text())
    const last: Partial<Responded> = completionEvents(events).at(-1) ?? {}
    const failure = events.find(({ name }) => name === 'error')
    const failed: Partial<Responded> = failure === undefined ? {} : JSON.parse(failure.data)
    return {
      status: response.status,
      completion: joinedText(events),
      stop_reason: last.stop_reason ?? null,
      stop: last.stop ?? null,
      error: failed.error ?? null,
      requestId: response.headers.get('request-id') ?? '',
    }
  }

  /** Sends a question; the caller reads or cancels the response. */
  async send(
    model: string,
    question: Question,
    stream: boolean,
    signal: AbortSignal | null = null,
  ): Promise<Response> {
    const body = {
      model,
      prompt: question.prompt,
      max_tokens_to_sample: question.maxTokens ?? 48,
      temperature: 0,
      stop_sequences: question.stopSequences ?? [],
      stream,
    }
    return this.post('/v1/complete', body, signal)
  }

  /** Sends JSON to any route, like a client of the Claude API. */
  post(path: string, body: object, signal: AbortSignal | null = null): Promise<Response> {
    const headers = {
      'x-api-key': 'any',
      'anthropic-version': '2023-06-01',
      'content-type': 'application/json',
    }
    return fetch(`${this.url}${path}`, { method: 'POST', headers, body: JSON.stringify(body), signal })
  }

  /** All log lines so far. */
  log(): LogLine[] {
    const lines = this.#process.stderr.split('\n').filter((line) => line.startsWith('{'))
    return lines.map((line) => JSON.parse(line) as LogLine)
  }

  /** The line of a request, which arrives shortly after its response. */
  async lineOf(requestId: string): Promise<LogLine> {
    await this.#process.waitForOutput(new RegExp(`"requestId":"${requestId}".*"msg":"request"`))
    const line = this.log().find((fields) => fields.requestId === requestId && fields.msg === 'request')
    if (line === undefined) throw new Error(`nothing is logged of ${requestId}`)
    return line
  }

  /** Waits for a line of the log. */
  async logs(pattern: RegExp): Promise<void> {
    await this.#process.waitForOutput(pattern)
  }

  async stop(): Promise<void> {
    this.#process.child.kill('SIGTERM')
    await this.#process.exitCode()
    rmSync(this.#folder, { recursive: true })
  }
}
