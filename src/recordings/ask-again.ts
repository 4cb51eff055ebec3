import type { Engine } from '../completion/engine.ts'
import type { RecordedResponse } from './recorded-response.ts'
import type { Recording } from './recording.ts'
import { replayedRequest } from './replayed-request.ts'
import { ResponseRecorder } from './response-recorder.ts'

/**
 * Sends a recorded request to an engine; null if it cannot be sent again.
 *
 * @throws CompletionError that no recording holds, such as `overloaded`
 */
export async function askAgain(
  { request }: Pick<Recording, 'request'>,
  engine: Pick<Engine, 'generate'>,
  signal: AbortSignal,
): Promise<RecordedResponse | null> {
  const replayed = replayedRequest(request)
  if (replayed === null) return null
  const recorder = new ResponseRecorder(replayed, () => performance.now())
  try {
    for await (const events of engine.generate(replayed, signal)) {
      recorder.push(events)
      if (recorder.isOver || recorder.isTooLong) break
    }
  } catch (error) {
    recorder.fail(error)
    if (!recorder.isOver) throw error
  }
  return recorder.response()
}
