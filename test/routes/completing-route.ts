import type { GrowableFields } from './growable-fields.ts'

/** What somebody under load asks, on whatever route. */
export interface Question {
  /** The human turn. */
  readonly text: string
  readonly modelId: string
  readonly maxTokens: number
  readonly temperature: number
}

/** What came of it, on whatever route. */
export interface Completed {
  readonly text: string
  /** Whether it ended because there was no more to say; else because of `maxTokens`. */
  readonly isWhole: boolean
}

/** How a stream ended. */
export type StreamEnd =
  | { readonly type: 'completed'; readonly completed: Completed }
  /** Told by the stream; its body is checked. */
  | { readonly type: 'error'; readonly errorType: string; readonly message: string }

/**
 * A route that completes prompts, as its callers see it: the one place where load and fuzz know of it. What reads an
 * answer throws an Error that says what of it is wrong.
 */
export interface CompletingRoute {
  readonly name: string
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  /** The one of {@link headers} that holds the key. */
  readonly apiKeyHeader: string
  /** Whether an engine can answer here that takes turns and no text. */
  readonly takesTurns: boolean
  /** A body that is good. */
  readonly body: (question: Question, stream: boolean) => Record<string, unknown>
  /** A body with every field that the route knows; a model that can do less refuses it. */
  readonly richBody: (modelId: string) => Record<string, unknown>
  /** What of a body can be as large as its caller likes. A field that is left out here is judged by nobody. */
  readonly growable: GrowableFields
  /** Fields that make a good body a bad one. */
  readonly badFields: readonly (readonly [name: string, value: unknown])[]
  /** How a completion is shown that follows `Assistant:` after a space. */
  readonly shown: (completion: string) => string
  readonly readWhole: (body: Record<string, unknown>) => Completed
  /** @param body of a stream that came to its end */
  readonly readStream: (body: string) => StreamEnd
  readonly errors: ErrorForm
}

/** How an API words errors. */
export interface ErrorForm {
  /** Type and message of an error's body; throws an Error when it is not of the API's shape. */
  readonly read: (
    body: Record<string, unknown>,
    status: number,
    requestId: string,
  ) => { readonly type: string; readonly message: string }
}

/** A route with one good answer that never changes in kind. */
export interface PlainRoute {
  readonly name: string
  readonly method: 'GET' | 'POST'
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: Readonly<Record<string, unknown>>
  /** As a completing route's; null where there is no body. */
  readonly growable: GrowableFields | null
  /** Throws an Error that says what of the body is wrong. */
  readonly check: (body: string) => void
  readonly errors: ErrorForm
}
