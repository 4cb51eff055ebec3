import type { LoadTarget } from '../load/load-job.ts'
import type { ServerProcess } from '../server-process.ts'

/** A proxy in front of an upstream of the OpenAI style. */
export interface ProxyUnderTest {
  readonly name: string
  start(upstreamPort: number): Promise<ServerProcess>
  /** A request for the canned response. */
  target(port: number, stream: boolean): LoadTarget
}

/** The prompt that every proxy gets. */
export const QUESTION = 'What is the capital of France? Answer with a short sentence, please.'

/** `POST /v1/chat/completions`, for all proxies but ours. */
export function chatTarget(
  port: number,
  stream: boolean,
  headers: Readonly<Record<string, string>>,
): LoadTarget {
  const messages = [{ role: 'user', content: QUESTION }]
  return {
    port,
    path: '/v1/chat/completions',
    headers: { authorization: 'Bearer none', ...headers },
    bodies: [JSON.stringify({ model: 'canned', messages, max_tokens: 256, stream })],
    textMarker: '"content"',
    textField: 'content',
    endMarker: stream ? '[DONE]' : '"finish_reason"',
  }
}
