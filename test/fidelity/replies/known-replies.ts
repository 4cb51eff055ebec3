import type { ChatTestCase } from './chat-test-case.ts'

/** Replies that are read otherwise than by llama.cpp, for a reason. */
export interface KnownReply {
  readonly reason: string
  readonly applies: (test: ChatTestCase) => boolean
}

export const KNOWN_REPLIES: readonly KnownReply[] = [
  {
    reason: 'a start tag that the prompt has already is not thinking',
    applies: ({ template, reply }) => template.includes('Qwen3.5') && reply.startsWith('<think>'),
  },
  {
    reason: 'the words that the prompt begins thinking with are not repeated as thinking',
    applies: ({ expected }) => expected.reasoning.startsWith('Here are my reasoning steps:'),
  },
  {
    reason: 'a call is reported with its input: one that max_tokens cuts before is none',
    applies: ({ isCut, expected }) => isCut && expected.calls.some(({ json }) => json === ''),
  },
  {
    reason: 'a reply that has to fit a schema cannot have a fence: the grammar allows none',
    applies: ({ hasOutputSchema, reply }) => hasOutputSchema && reply.includes('```json'),
  },
  {
    reason: 'the template knows no thinking, so none can be continued',
    applies: ({ template, continues }) =>
      template.includes('moonshotai-Kimi-K2') && continues === 'reasoning',
  },
]
