import { abortable } from './abortable.ts'
import { APIConnectionError, APIConnectionTimeoutError } from './connection-errors.ts'
import { connectionFailure } from './connection-failure.ts'
import type { UnreadResponse } from './unread-response.ts'

/**
 * The bytes of a response's body as they arrive.
 *
 * @throws APIConnectionTimeoutError after a silence of `idleTimeoutMs`; time that the caller takes does not count
 * @throws APIUserAbortError as soon as the program aborts
 * @throws APIConnectionError when the connection breaks
 */
export async function* readBody(unread: UnreadResponse): AsyncGenerator<Uint8Array> {
  const { response, controller, idleTimeoutMs } = unread
  if (response.body === null) return
  const reader = response.body.getReader()
  try {
    for (;;) {
      const timer = setTimeout(() => controller.abort(silence(idleTimeoutMs)), idleTimeoutMs)
      const { done, value } = await abortable(reader.read(), controller.signal).finally(() =>
        clearTimeout(timer),
      )
      if (done) return
      yield value
    }
  } catch (error) {
    throw connectionFailure(error, controller.signal)
  } finally {
    reader.releaseLock()
  }
}

/**
 * The whole body as text.
 *
 * @throws APIConnectionError also when the body is larger than `maxBytes`; the rest is not read then
 */
export async function readBodyText(unread: UnreadResponse, maxBytes: number): Promise<string> {
  const decoder = new TextDecoder()
  const parts: string[] = []
  let readBytes = 0
  for await (const bytes of readBody(unread)) {
    readBytes += bytes.byteLength
    if (readBytes > maxBytes) {
      unread.controller.abort()
      throw new APIConnectionError(`The response is larger than ${maxBytes} bytes.`)
    }
    parts.push(decoder.decode(bytes, { stream: true }))
  }
  parts.push(decoder.decode())
  return parts.join('')
}

/** The reason with which a timer aborts the signal, which marks the failure as a timeout. */
export function silence(timeoutMs: number): APIConnectionTimeoutError {
  return new APIConnectionTimeoutError(`Nothing came from the server for ${timeoutMs} ms.`)
}
