import { asViolation, checkResponse, checkStream } from '../check-response.ts'
import type { CallerRequest } from '../http-caller.ts'
import type { Completed, CompletingRoute, Question } from '../routes/completing-route.ts'
import { quoted, Violation } from '../violation.ts'
import type { Caller, Outcome } from './scenario.ts'

/** A question, and how it is put. */
export interface Asked {
  readonly route: CompletingRoute
  readonly question: Question
  readonly stream: boolean
  /** The one right completion, as it follows `Assistant:`; null where any will do. */
  readonly expectedText: string | null
  /** Whether its engine may break. */
  readonly mayBreak?: boolean
  readonly onPiece?: CallerRequest['onPiece']
  /** In place of the body in one piece. */
  readonly pieces?: (body: string) => AsyncIterable<string>
  readonly signal?: AbortSignal
}

/**
 * Puts a question and checks everything about its answer.
 *
 * @throws Violation when it is not whole, not right, or no proper error
 */
export async function ask(caller: Caller, asked: Asked): Promise<Outcome> {
  const { route, stream, mayBreak = false } = asked
  const where = placeOf(asked)
  const response = await caller.http.send(requestOf(asked))
  caller.keep(response, mayBreak)
  const error = checkResponse(where, response, route.errors, mayBreak)
  if (error !== null) return outcomeOf(where, error.status, mayBreak)
  if (!stream) {
    checkCompleted(
      where,
      asked,
      asViolation(where, () => route.readWhole(JSON.parse(response.body))),
    )
    return 'completed'
  }
  const end = checkStream(where, route, response)
  if (end.type === 'completed') {
    checkCompleted(where, asked, end.completed)
    return 'completed'
  }
  if (mayBreak) return end.errorType === 'overloaded_error' ? 'overloaded' : 'broken'
  throw new Violation(where, `the stream broke off: ${end.errorType}: ${end.message}`)
}

/** What is sent for it. */
export function requestOf({ route, question, stream, onPiece, pieces, signal }: Asked): CallerRequest {
  const body = JSON.stringify(route.body(question, stream))
  return {
    method: 'POST',
    path: route.path,
    headers: route.headers,
    body: pieces === undefined ? body : pieces(body),
    ...(onPiece === undefined ? {} : { onPiece }),
    ...(signal === undefined ? {} : { signal }),
  }
}

/** For violations. */
export function placeOf({ route, question, stream }: Asked): string {
  return `${route.name}${stream ? ', streamed' : ''}, ${question.modelId}, ${quoted(question.text)}`
}

function outcomeOf(where: string, status: number, mayBreak: boolean): Outcome {
  if (status === 529) return 'overloaded'
  if (mayBreak) return status === 500 ? 'broken' : 'refused'
  throw new Violation(where, `a good request was refused with ${status}`)
}

function checkCompleted(where: string, asked: Asked, { text, isWhole }: Completed): void {
  const { route, expectedText, question } = asked
  if (expectedText === null) return
  const expected = route.shown(expectedText)
  if (text !== expected) throw new Violation(where, `${quoted(text)} in place of ${quoted(expected)}`)
  if (!isWhole)
    throw new Violation(where, `it says that it was cut at ${question.maxTokens} tokens, and was not`)
}
