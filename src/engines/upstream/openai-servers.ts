import type { OpenAiServerName } from './upstream-engine-settings.ts'

/** In what servers of the OpenAI style differ. */
export interface OpenAiServer {
  /**
   * How a chat is asked to go on with its last message: `continue-final-message` says so, `final-message` relies on the
   * server, which takes an assistant's last message for one to go on with; `none` is a server that always begins anew.
   */
  readonly prefill: 'continue-final-message' | 'final-message' | 'none'
  /** Where tokens are counted. */
  readonly tokenizer: 'vllm' | 'sglang' | 'llama-server' | 'llama-cpp-python' | null
  /** Whether every event can carry the counts so far: then they are exact also where we stop an answer. */
  readonly countsInEveryEvent: boolean
  /** What turns top-k off; null where the field is unknown. Left out, a server's own default would cut. */
  readonly topKOff: number | null
  /** What turns its own penalties off, which this API does not have. */
  readonly penaltiesOff: Readonly<Record<string, number>>
  /** Whether templates can be asked to leave thinking out, which this API has no place for. */
  readonly takesTemplateSettings: boolean
  /** Whether a prompt that is too long is refused with a text; else we count the tokens of long prompts before. */
  readonly refusesLongPrompts: boolean
}

/** Servers known by name. */
export const OPENAI_SERVERS: Record<OpenAiServerName, OpenAiServer> = {
  vllm: {
    prefill: 'continue-final-message',
    tokenizer: 'vllm',
    countsInEveryEvent: true,
    topKOff: -1,
    penaltiesOff: {},
    takesTemplateSettings: true,
    refusesLongPrompts: true,
  },
  sglang: {
    prefill: 'continue-final-message',
    tokenizer: 'sglang',
    countsInEveryEvent: true,
    topKOff: -1,
    penaltiesOff: {},
    takesTemplateSettings: true,
    refusesLongPrompts: true,
  },
  'llama-server': {
    // Said or not, it goes on; but only where it is said, the prefill is not the beginning of the answer.
    prefill: 'continue-final-message',
    tokenizer: 'llama-server',
    countsInEveryEvent: false,
    topKOff: 0,
    penaltiesOff: {},
    takesTemplateSettings: true,
    refusesLongPrompts: true,
  },
  'llama-cpp-python': {
    prefill: 'none',
    tokenizer: 'llama-cpp-python',
    countsInEveryEvent: false,
    topKOff: 0,
    penaltiesOff: { repeat_penalty: 1 },
    takesTemplateSettings: false,
    // A stream of such a prompt is a success with nothing in it.
    refusesLongPrompts: false,
  },
  ollama: {
    prefill: 'final-message',
    tokenizer: null,
    countsInEveryEvent: false,
    topKOff: null,
    penaltiesOff: {},
    takesTemplateSettings: false,
    refusesLongPrompts: true,
  },
  other: {
    prefill: 'final-message',
    tokenizer: null,
    countsInEveryEvent: false,
    topKOff: null,
    penaltiesOff: {},
    takesTemplateSettings: false,
    refusesLongPrompts: true,
  },
}
