import type { CompletionRequest } from '../src/completion/completion-request.ts'
import { rawPrompt } from '../src/completion/prompt.ts'
import { textTurn } from '../src/completion/turn.ts'
import type { UpstreamKind } from '../src/engines/upstream/dialects/dialects.ts'
import type { GivenServer } from './servers/given-servers.ts'
import { CLOCK, upstreamConversation, upstreamRequest, WEATHER } from './upstream-histories.ts'

/** A request whose response is recorded from real servers. */
export interface RecordedRequest {
  readonly kind: UpstreamKind
  readonly request: CompletionRequest
  /** The servers that can do it. */
  readonly servers: readonly GivenServer['name'][]
}

const BOTH = ['vllm', 'ollama'] as const
const TO_THE_POINT = { maxTokens: 24, sampling: { temperature: 0, topP: null, topK: null } }
const COLORS = { turns: [textTurn('user', 'Name three colors.')] }
const CALL = {
  ...TO_THE_POINT,
  maxTokens: 200,
  toolChoice: { type: 'tool', name: 'get_weather' },
} as const
const RAW = { ...upstreamRequest(), ...TO_THE_POINT, stopSequences: [] }

/** What `test/servers/given-servers.test.ts` records into `test/fixtures/upstream/recorded`, by name. */
export const RECORDED_REQUESTS: Readonly<Record<string, RecordedRequest>> = {
  chat: { kind: 'openai-chat', request: upstreamConversation(COLORS, TO_THE_POINT), servers: BOTH },
  call: {
    kind: 'openai-chat',
    request: upstreamConversation(
      { turns: [textTurn('user', 'The weather in Köln?')], tools: [WEATHER, CLOCK] },
      CALL,
    ),
    servers: ['vllm'],
  },
  completions: {
    kind: 'openai-completions',
    request: { ...RAW, prompt: rawPrompt('Name three colors.') },
    servers: BOTH,
  },
  scores: {
    kind: 'openai-completions',
    request: { ...RAW, maxTokens: 4, prompt: rawPrompt('One, two'), logprobs: { top: 2, ofPrompt: true } },
    servers: ['vllm'],
  },
  claude: { kind: 'claude-messages', request: upstreamConversation(COLORS, TO_THE_POINT), servers: BOTH },
}
