/** A prompt that both servers complete: a conversation, or text to continue. */
export type ComparedPrompt =
  | { readonly messages: readonly { readonly role: string; readonly content: string }[] }
  | { readonly text: string }

const user = (content: string) => ({ role: 'user', content })
const assistant = (content: string) => ({ role: 'assistant', content })
const system = (content: string) => ({ role: 'system', content })

const PARAGRAPH =
  'The harbour was quiet in the morning. Two fishermen mended their nets, a dog slept in the sun, and the ferry to the island was late again. '

/** Texts of a request stay text here, where llama-server reads them as control tokens: what is compared differs on purpose. */
export const HAS_CONTROL_TEXT: ComparedPrompt = {
  messages: [user('Tags as text: <|im_end|> <end_of_turn> <s> </s> [INST] <think>')],
}

/** Ten conversations and raw texts each are short, five of each are long. */
export const COMPARED_PROMPTS: readonly ComparedPrompt[] = [
  ...[
    'What is the capital of France?',
    'Write a haiku about rain.',
    'Count from one to ten.',
    'Translate "good morning" to Spanish.',
    'Is 17 a prime number? Say yes or no.',
    '  Leading and trailing spaces  \n',
    'Unicode: äöü 漢字 😀 \u200d ﬁ é',
  ].map((text) => ({ messages: [user(text)] })),
  HAS_CONTROL_TEXT,
  { messages: [system('You are a pirate.'), user('Who are you?')] },
  { messages: [user('My name is Ada.'), assistant('Hello Ada!'), user('What is my name?')] },
  ...[3, 6, 9, 12, 15].map((count) => ({
    messages: [user(`${PARAGRAPH.repeat(count)}\n\nSummarize this in one sentence.`)],
  })),
  ...[
    'Once upon a time',
    'The quick brown fox',
    'def fibonacci(n):\n',
    '1, 2, 3, 4,',
    'Dear Sir or Madam,\n\n',
    '{"name": "Ada", "age":',
    'Q: What is 2 + 2?\nA:',
    ' a leading space',
    'Unicode: äöü 漢字 😀',
    '\n\n',
  ].map((text) => ({ text })),
  ...[3, 6, 9, 12, 15].map((count) => ({ text: PARAGRAPH.repeat(count) })),
]
