import type { ChatTestCase, ChatTestMessage, ChatTestTool } from './chat-test-case.ts'

/** What an expression of the tests has as its value. */
export type CppValue =
  | string
  | boolean
  | readonly CppValue[]
  | { readonly message: ChatTestMessage }
  | { readonly template: string }
  | { readonly test: CaseDraft }

/** A case that the methods of its builder fill. */
export type CaseDraft = { -readonly [Key in keyof ChatTestCase]: ChatTestCase[Key] }

type Call = (...values: readonly CppValue[]) => CppValue

/** The functions that the tests create values with. */
export const CPP_FUNCTIONS: Readonly<Record<string, Call>> = {
  simple_assist_msg: (content = '', reasoning = '', name = '', json = '', id = '') =>
    assistant(content, reasoning, name === '' && id === '' ? [] : [[name, json]]),
  message_with_tool_calls: (name = '', json = '') => assistant('', '', [[name, json]]),
  message_with_tool_calls_and_reasoning: (name = '', json = '', reasoning = '') =>
    assistant('', reasoning, [[name, json]]),
  message_with_reasoning_and_tool_call: (reasoning = '', name = '', json = '') =>
    assistant('', reasoning, [[name, json]]),
  message_with_content_and_tool_call: (content = '', name = '', json = '') =>
    assistant(content, '', [[name, json]]),
  message_with_reasoning_content_and_multiple_tool_calls: (reasoning = '', content = '', calls = []) =>
    assistant(content, reasoning, calls),
  peg_tester: (path = '') => ({ template: text(path) }),
  'std::string': (value = '') => value,
}

/** The methods of a test's builder. */
export const BUILDER_METHODS: Readonly<Record<string, (draft: CaseDraft, value: CppValue) => void>> = {
  reasoning_format: (draft, value) => {
    draft.keepsThinkingInText = value === 'COMMON_REASONING_FORMAT_NONE'
  },
  tools: (draft, value) => {
    draft.tools = list(value).map(toolOf)
  },
  enable_thinking: (draft, value) => {
    draft.isThinkingEnabled = value === true
  },
  json_schema: (draft) => {
    draft.hasOutputSchema = true
  },
  continue_final_message: (draft, value) => {
    draft.continues = value === 'COMMON_CHAT_CONTINUATION_CONTENT' ? 'content' : 'reasoning'
  },
  is_partial: (draft, value) => {
    draft.isCut = value === true
  },
  messages: (draft, value) => {
    draft.messages = list(value).map(messageOf)
  },
  expect: (draft, value) => {
    draft.expected = { ...messageOf(value) }
  },
  expect_content: (draft, value) => {
    draft.expected.content = text(value)
  },
  expect_reasoning: (draft, value) => {
    draft.expected.reasoning = text(value)
  },
  expect_tool_calls: (draft, value) => {
    draft.expected.calls = callsOf(value)
  },
  parallel_tool_calls: () => undefined,
  add_generation_prompt: () => undefined,
  expect_reconstruction: () => undefined,
  tool_choice: () => undefined,
}

export function newDraft(template: string, reply: string): CaseDraft {
  return {
    template,
    reply,
    tools: [],
    messages: [],
    isThinkingEnabled: true,
    // The default of llama.cpp's inputs.
    keepsThinkingInText: true,
    continues: null,
    hasOutputSchema: false,
    isCut: false,
    expected: emptyMessage(),
  }
}

export function emptyMessage(): ChatTestMessage {
  return { role: 'assistant', content: '', reasoning: '', calls: [] }
}

export function text(value: CppValue | undefined): string {
  if (typeof value === 'string') return value
  throw new Error('a text is expected')
}

export function list(value: CppValue | undefined): readonly CppValue[] {
  if (Array.isArray(value)) return value
  throw new Error('a list is expected')
}

function assistant(content: CppValue, reasoning: CppValue, calls: CppValue): CppValue {
  return {
    message: {
      role: 'assistant',
      content: text(content),
      reasoning: text(reasoning),
      calls: callsOf(calls),
    },
  }
}

function callsOf(value: CppValue): ChatTestMessage['calls'] {
  return list(value).map((call) => ({ name: text(list(call)[0]), json: text(list(call)[1]) }))
}

function toolOf(value: CppValue): ChatTestTool {
  const [name, description, parameters] = list(value)
  return { name: text(name), description: text(description), parameters: text(parameters) }
}

function messageOf(value: CppValue): ChatTestMessage {
  if (typeof value === 'object' && 'message' in value) return value.message
  const [role, content] = list(value)
  return { ...emptyMessage(), role: text(role), content: text(content) }
}
