import { styleText } from 'node:util'

type Style = Parameters<typeof styleText>[0]
type Paint = (style: Style, text: string) => string

/** The parts of a logged line that have a place of their own; all others follow as `name=value`. */
interface LogLine {
  readonly level: number
  readonly time: number
  readonly msg: string
  readonly err?: LoggedError
  readonly [field: string]: unknown
}

/** An error as pino writes it. */
interface LoggedError {
  readonly type?: string
  readonly message?: string
  readonly stack?: string
}

const LEVELS: Readonly<Record<number, readonly [string, Style]>> = {
  20: ['debug', 'gray'],
  40: ['warn', 'yellow'],
  50: ['error', 'red'],
}

/** Errors whose message is enough; the stack of any other shows where the defect is. */
const EXPLAINED_ERRORS: ReadonlySet<string | undefined> = new Set(['CompletionError', 'ApiError'])

/** Formats one of pino's JSON lines for a person. */
export function formatLogLine(json: string, hasColors: boolean): string {
  const paint: Paint = hasColors
    ? (style, text) => styleText(style, text, { validateStream: false })
    : (_, text) => text
  const line = JSON.parse(json) as LogLine
  const text = line.msg === 'request' ? requestText(line, paint) : messageText(line, paint)
  return `${paint('gray', timeOfDay(line.time))} ${text}\n`
}

/** `POST /v1/messages 200 claude-2.1 14 in (12 reused), 94 out 85 ms` */
function requestText(line: LogLine, paint: Paint): string {
  const { method, route, path, status, totalMs, modelId, outcome, errorCode, reason, requestId } = line
  const failure = errorCode ?? (outcome === 'cancelled' ? outcome : undefined)
  return [
    `${paint('bold', printable(method))} ${printable(path ?? route)}`,
    paint(statusStyle(Number(status)), printable(status)),
    ...(modelId === undefined ? [] : [paint('cyan', printable(modelId))]),
    ...(line.completionTokens === undefined ? [] : [tokensText(line)]),
    ...(failure === undefined ? [] : [paint(failureStyle(line), printable(failure))]),
    paint('gray', `${Math.round(Number(totalMs))} ms`),
    ...(errorCode === undefined ? [] : [paint('gray', printable(requestId))]),
    ...(reason === undefined ? [] : [paint('gray', printable(reason))]),
  ].join(' ')
}

function tokensText({ promptTokens, reusedPromptTokens, completionTokens }: LogLine): string {
  const reused = Number(reusedPromptTokens) > 0 ? ` (${printable(reusedPromptTokens)} reused)` : ''
  return `${printable(promptTokens ?? '?')} in${reused}, ${printable(completionTokens)} out`
}

function statusStyle(status: number): Style {
  if (status >= 500) return 'red'
  return status >= 400 ? 'yellow' : 'green'
}

/** A stream that broke has the status that it began with, so the color goes by more than that. */
function failureStyle({ status, errorCode }: LogLine): Style {
  const isRequests = errorCode === undefined || errorCode === 'cancelled'
  return isRequests || (Number(status) >= 400 && Number(status) < 500) ? 'yellow' : 'red'
}

function messageText({ level, time: _, msg, err, ...fields }: LogLine, paint: Paint): string {
  const [name, style] = LEVELS[level] ?? ['', 'reset']
  const values = Object.entries(fields).map(([field, value]) => `${field}=${valueText(value)}`)
  return [
    ...(name === '' ? [] : [paint(style, name)]),
    printable(msg) + (err?.message === undefined ? '' : `: ${printable(err.message)}`),
    ...(values.length === 0 ? [] : [paint('gray', values.join(' '))]),
  ]
    .join(' ')
    .concat(stackText(err))
}

function valueText(value: unknown): string {
  return typeof value === 'string' && /^[\w.:/@-]+$/.test(value) ? value : printable(JSON.stringify(value))
}

function stackText({ type, stack }: LoggedError = {}): string {
  if (stack === undefined || EXPLAINED_ERRORS.has(type)) return ''
  const frames = stack.split('\n').filter((frame) => /^\s+at /.test(frame))
  return frames.map((frame) => `\n    ${printable(frame.trim())}`).join('')
}

/** Escapes control characters, with which a logged text could rewrite what the terminal shows. */
function printable(value: unknown): string {
  return String(value).replace(
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what it looks for
    /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}

function timeOfDay(timeMs: number): string {
  return new Date(timeMs).toTimeString().slice(0, 8)
}
