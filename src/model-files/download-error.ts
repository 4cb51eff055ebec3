import { EngineLoadError } from '../completion/engine-load-error.ts'

/** A failure that may pass: a cut connection, a busy server. */
export class PassingFailure extends Error {
  /** How long the server asks to wait; null if it does not say. */
  readonly retryAfterMs: number | null

  constructor(message: string, retryAfterMs: number | null = null) {
    super(message)
    this.retryAfterMs = retryAfterMs
  }
}

/** Names the cause of a failed `fetch`, which Node hides under "fetch failed". */
export function connectionProblem(error: unknown): string {
  const { cause, message, name } = error as Error
  if (name === 'TimeoutError') return 'it stopped responding'
  const inner = cause instanceof AggregateError ? cause.errors[0] : cause
  if (inner instanceof Error) return (inner as NodeJS.ErrnoException).code ?? inner.message
  return message
}

/**
 * What a refusal of a server means.
 *
 * @param subject what was asked for
 * @param page where its conditions are accepted; null for a server that has none
 */
export function refusalError(response: Response, subject: string, page: string | null): Error {
  const { status } = response
  const host = new URL(response.url).host
  const refused = (why: string) =>
    new EngineLoadError(`${subject} cannot be downloaded from ${host}: ${why}.`)
  if (status === 429 || status >= 500) {
    return new PassingFailure(
      status === 429 ? `${host} gets too many requests (429)` : `${host} fails (${status})`,
      retryAfterMs(response.headers.get('retry-after')),
    )
  }
  if (page === null)
    return refused(status === 404 ? 'there is no such file (404)' : `it responds with ${status}`)
  if (status === 401)
    return refused('there is no such model, or it needs a token: check its name, or set HF_TOKEN')
  if (status === 403) {
    return refused(`its conditions have to be accepted first, on ${page}, with the account of HF_TOKEN`)
  }
  if (status === 404) return refused('there is no such model')
  return refused(`it responds with ${status}`)
}

function retryAfterMs(header: string | null): number | null {
  const seconds = Number(header ?? Number.NaN)
  return Number.isFinite(seconds) && seconds >= 0 ? seconds * 1000 : null
}
