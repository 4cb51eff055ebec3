import type { ThinkingField } from '../openai-chat/openai-messages.ts'
import type { OpenAiServerName, ThinkingBudgetMode, ThinkingControl } from '../upstream-settings.ts'

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
  /** Whether its last counts are those of all tokens, thoughts and calls too. */
  readonly countsExactly: boolean
  /** What turns top-k off; null where the field is unknown. Left out, a server's own default would cut. */
  readonly topKOff: number | null
  /** What turns its own penalties off, which this API does not have. */
  readonly penaltiesOff: Readonly<Record<string, number>>
  /** The field that keeps what one caller sent from being found again by others; null where there is none. */
  readonly cacheSaltField: string | null
  /** Whether a prompt that is too long is refused with a text; else we count the tokens of long prompts before. */
  readonly refusesLongPrompts: boolean
  /** Whether it takes tools, whatever its model does with them. */
  readonly takesTools: boolean
  /** How much it can be told of calling tools: which one, that one must be called, or nothing. */
  readonly toolChoice: 'named' | 'required' | 'none'
  /** Whether it holds a reply to a schema. */
  readonly holdsToSchema: boolean
  /** How it is asked to think or not, where nobody says otherwise. */
  readonly thinkingControl: ThinkingControl
  /** Who ends thoughts that are too long, where nobody says otherwise. */
  readonly thinkingBudgetMode: ThinkingBudgetMode
  /** The field that tells how many tokens of thoughts there may be. */
  readonly thinkingBudgetField: string | null
  /** Where the thoughts of a turn that is not over go; null where such a field may be refused. */
  readonly thinkingField: ThinkingField | null
  /** Whether a text reaches the model as it is. */
  readonly takesTexts: boolean
}

const OTHER: OpenAiServer = {
  prefill: 'final-message',
  tokenizer: null,
  countsInEveryEvent: false,
  countsExactly: false,
  topKOff: null,
  penaltiesOff: {},
  cacheSaltField: null,
  refusesLongPrompts: true,
  takesTools: true,
  toolChoice: 'named',
  holdsToSchema: false,
  thinkingControl: 'none',
  thinkingBudgetMode: 'cut',
  thinkingBudgetField: null,
  thinkingField: null,
  takesTexts: true,
}

/** Servers known by name. */
export const OPENAI_SERVERS: Record<OpenAiServerName, OpenAiServer> = {
  vllm: {
    ...OTHER,
    prefill: 'continue-final-message',
    tokenizer: 'vllm',
    countsInEveryEvent: true,
    countsExactly: true,
    topKOff: -1,
    cacheSaltField: 'cache_salt',
    holdsToSchema: true,
    thinkingControl: 'template',
    // Refused by a server without a reasoning parser.
    thinkingBudgetField: 'thinking_token_budget',
    thinkingField: 'reasoning_content',
  },
  sglang: {
    ...OTHER,
    prefill: 'continue-final-message',
    tokenizer: 'sglang',
    countsInEveryEvent: true,
    countsExactly: true,
    topKOff: -1,
    cacheSaltField: 'cache_salt',
    holdsToSchema: true,
    thinkingControl: 'template',
    thinkingField: 'reasoning_content',
  },
  'llama-server': {
    ...OTHER,
    // Said or not, it goes on; but only where it is said, the prefill is not the beginning of the answer.
    prefill: 'continue-final-message',
    tokenizer: 'llama-server',
    countsExactly: true,
    topKOff: 0,
    // An object is read as "auto".
    toolChoice: 'required',
    holdsToSchema: true,
    thinkingControl: 'template',
    thinkingBudgetMode: 'ask',
    thinkingBudgetField: 'thinking_budget_tokens',
    thinkingField: 'reasoning_content',
  },
  'llama-cpp-python': {
    ...OTHER,
    prefill: 'none',
    tokenizer: 'llama-cpp-python',
    topKOff: 0,
    penaltiesOff: { repeat_penalty: 1 },
    // A stream of such a prompt is a success with nothing in it.
    refusesLongPrompts: false,
    // Most of its templates leave them out and say nothing.
    takesTools: false,
  },
  ollama: {
    ...OTHER,
    countsExactly: true,
    toolChoice: 'none',
    holdsToSchema: true,
    thinkingControl: 'effort',
    thinkingField: 'reasoning',
    // It puts them through the model's template.
    takesTexts: false,
  },
  other: OTHER,
}
