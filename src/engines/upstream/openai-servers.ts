import type { OpenAiServerName } from './upstream-engine-settings.ts'

/** In what servers of the OpenAI style differ. */
export interface OpenAiServer {
  /**
   * How a chat is asked to go on with its last message: `continue-final-message` says so, `final-message` relies on the
   * server, which takes an assistant's last message for one to go on with.
   */
  readonly prefill: 'continue-final-message' | 'final-message'
  /** Where tokens are counted. */
  readonly tokenizer: 'vllm' | 'sglang' | 'llama-server' | null
  /** Whether every event can carry the counts so far: then they are exact also where we stop an answer. */
  readonly countsInEveryEvent: boolean
  /** What turns top-k off; null where the field is unknown. Left out, a server's own default would cut. */
  readonly topKOff: number | null
  /** Whether templates can be asked to leave thinking out, which this API has no place for. */
  readonly takesTemplateSettings: boolean
}

/** Servers known by name. */
export const OPENAI_SERVERS: Record<OpenAiServerName, OpenAiServer> = {
  vllm: {
    prefill: 'continue-final-message',
    tokenizer: 'vllm',
    countsInEveryEvent: true,
    topKOff: -1,
    takesTemplateSettings: true,
  },
  sglang: {
    prefill: 'continue-final-message',
    tokenizer: 'sglang',
    countsInEveryEvent: true,
    topKOff: -1,
    takesTemplateSettings: true,
  },
  'llama-server': {
    prefill: 'final-message',
    tokenizer: 'llama-server',
    countsInEveryEvent: false,
    topKOff: 0,
    takesTemplateSettings: true,
  },
  ollama: {
    prefill: 'final-message',
    tokenizer: null,
    countsInEveryEvent: false,
    topKOff: null,
    takesTemplateSettings: false,
  },
  other: {
    prefill: 'final-message',
    tokenizer: null,
    countsInEveryEvent: false,
    topKOff: null,
    takesTemplateSettings: false,
  },
}
