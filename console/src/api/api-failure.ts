/** Why a request of the console failed, in words for people. */
export class ApiFailure extends Error {
  override readonly name = 'ApiFailure'
  /** 0 where there was no response. */
  readonly status: number
  /** The API's kind of error, such as `not_found_error`. */
  readonly type: string
  readonly requestId: string | null
  /** When the server asks to try again; null where it does not say. */
  readonly retryAfterSeconds: number | null

  constructor(
    message: string,
    {
      status = 0,
      type = 'connection_error',
      requestId = null as string | null,
      retryAfterSeconds = null as number | null,
    } = {},
  ) {
    super(message)
    this.status = status
    this.type = type
    this.requestId = requestId
    this.retryAfterSeconds = retryAfterSeconds
  }

  /** Reads the API's error out of a response. */
  static async of(response: Response): Promise<ApiFailure> {
    const { status } = response
    const requestId = response.headers.get('request-id')
    const retryAfterSeconds = Number(response.headers.get('retry-after')) || null
    const text = await response.text().catch(() => '')
    try {
      const { error } = JSON.parse(text) as { error: { type: string; message: string } }
      return new ApiFailure(error.message, { status, type: error.type, requestId, retryAfterSeconds })
    } catch {
      return new ApiFailure(text.slice(0, 500) || `The server responded with status ${status}.`, {
        ...{ status, requestId, retryAfterSeconds },
        type: 'api_error',
      })
    }
  }

  /** Whatever was thrown, as a failure. */
  static from(thrown: unknown): ApiFailure {
    if (thrown instanceof ApiFailure) return thrown
    if (thrown instanceof TypeError) {
      return new ApiFailure('The server cannot be reached. Is it running?')
    }
    return new ApiFailure(thrown instanceof Error ? thrown.message : String(thrown))
  }
}
