import type { GrowableFields } from './growable-fields.ts'

/** A question of the load tests, for any route. */
export interface Question {
  /** The text of the user turn. */
  readonly text: string
  readonly modelId: string
  readonly maxTokens: number
  readonly temperature: number
}

/** Its result on any route. */
export interface Completed {
  readonly text: string
  /** Whether the model ended it; otherwise `maxTokens` did. */
  readonly isWhole: boolean
}

/** The end of a stream. */
export type StreamEnd =
  | { readonly type: 'completed'; readonly completed: Completed }
  /** Reported in the stream; its body is checked. */
  | { readonly type: 'error'; readonly errorType: string; readonly message: string }

/**
 * A completion route as clients see it: soak and fuzzer know it only from here. Functions that read a response throw an
 * Error that describes what is wrong.
 */
export interface CompletingRoute {
  readonly name: string
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  /** The one of {@link headers} with the key. */
  readonly apiKeyHeader: string
  /** Whether it works with an engine that accepts only turns. */
  readonly takesTurns: boolean
  /** A valid body. */
  readonly body: (question: Question, stream: boolean) => Record<string, unknown>
  /** Bodies that together have every field of the route in every form; models without these features refuse them. */
  readonly richBodies: (modelId: string) => readonly Record<string, unknown>[]
  /** The parts of a body that a client can make as large as it likes. A field that is missing here is not tested. */
  readonly growable: GrowableFields
  /** Fields that make a valid body invalid. */
  readonly badFields: readonly (readonly [name: string, value: unknown])[]
  /** The text of a completion that begins with a space. */
  readonly shown: (completion: string) => string
  readonly readWhole: (body: Record<string, unknown>) => Completed
  /** @param body of a complete stream */
  readonly readStream: (body: string) => StreamEnd
  readonly errors: ErrorForm
}

/** The error format of an API. */
export interface ErrorForm {
  /** Type and message of an error's body; throws an Error when it has not the API's shape. */
  readonly read: (
    body: Record<string, unknown>,
    status: number,
    requestId: string,
  ) => { readonly type: string; readonly message: string }
}

/** A route whose response always has the same form. */
export interface PlainRoute {
  readonly name: string
  readonly method: 'GET' | 'POST'
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: Readonly<Record<string, unknown>>
  /** Queries that together have every parameter of the route. */
  readonly queries?: readonly string[]
  /** The growable fields of its body; null if it has none. */
  readonly growable: GrowableFields | null
  /** Throws an Error that says what is wrong with the body. */
  readonly check: (body: string) => void
  readonly errors: ErrorForm
}
