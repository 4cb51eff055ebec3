import type { Pausable } from '../contender.ts'
import type { LoadTarget } from '../load/load-job.ts'
import { type Conversation, chatMl } from '../models/conversation.ts'
import type { ServerProcess } from '../server-process.ts'

/** How tokens are chosen: the likeliest, or sampled as most programs do. */
export type Choice = 'likeliest' | 'sampled'

export const TOP_P = 0.9

/** A server that continues conversations. */
export interface ChatContender extends Pausable {
  readonly stop: () => Promise<void>
  readonly target: (
    conversations: readonly Conversation[],
    maxTokens: number,
    choice: Choice,
    stream: boolean,
  ) => LoadTarget
  /** The text of a response without streaming. */
  readonly textOf: (json: unknown) => string
}

/** This project, through the Messages API. */
export function continuoChat(server: ServerProcess): ChatContender {
  return {
    ...lifeOf(server),
    target: (conversations, maxTokens, choice, stream) => ({
      port: server.port,
      path: '/v1/messages',
      headers: { 'x-api-key': 'any', 'anthropic-version': '2023-06-01' },
      bodies: conversations.map(({ system, turns }) =>
        JSON.stringify({
          ...{ model: 'claude-2.1', system, max_tokens: maxTokens, stream },
          ...(choice === 'likeliest' ? { temperature: 0 } : { temperature: 1, top_p: TOP_P }),
          messages: turns.map((content, index) => ({
            role: index % 2 === 0 ? 'user' : 'assistant',
            content,
          })),
        }),
      ),
      textMarker: '"text_delta"',
      textField: 'text',
      tokensMarker: '"output_tokens":',
      endMarker: stream ? '"message_stop"' : '"stop_reason":"',
    }),
    textOf: (json) => (json as { content: { text: string }[] }).content[0]?.text ?? '',
  }
}

/** llama-server, through its leanest route, with the shortest chain of samplers for the choice. */
export function llamaServerChat(server: ServerProcess): ChatContender {
  return {
    ...lifeOf(server),
    target: (conversations, maxTokens, choice, stream) => ({
      port: server.port,
      path: '/completion',
      headers: {},
      bodies: conversations.map((conversation) =>
        JSON.stringify({
          ...{ prompt: chatMl(conversation), n_predict: maxTokens, stream, cache_prompt: true },
          ...(choice === 'likeliest'
            ? { samplers: ['top_k'], top_k: 1, temperature: 0 }
            : { samplers: ['top_p', 'temperature'], temperature: 1, top_p: TOP_P }),
        }),
      ),
      textMarker: '"content":"',
      textField: 'content',
      tokensMarker: '"tokens_predicted":',
      endMarker: '"stop_type":"',
    }),
    textOf: (json) => (json as { content: string }).content,
  }
}

function lifeOf(server: ServerProcess) {
  return { pause: () => server.pause(), resume: () => server.resume(), stop: () => server.stop() }
}
