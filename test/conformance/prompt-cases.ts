import { expect } from 'vitest'
import { textTurn } from '../../src/completion/turn.ts'
import {
  type ConformanceCase,
  completionOf,
  expectError,
  INVALID_REQUEST,
  refusal,
  send,
  success,
  textOf,
} from './conformance-case.ts'

const SHORT_START_ERROR = 'prompt must start with "\n\nHuman:" turn'
const START_ERROR = `${SHORT_START_ERROR} after an optional system prompt`
const END_ERROR = 'prompt must end with "\n\nAssistant:" turn'
/** A prompt with the constants of official TypeScript SDKs 0.61 to 0.137: a backslash and an n for each newline. */
const LITERAL_NEWLINES = '\\n\\nHuman: Hi\\n\\nAssistant:'

const refused = (number: string, prompt: string, message: string) =>
  refusal(number, JSON.stringify(prompt), { body: { prompt } }, [400, INVALID_REQUEST, message])

/** Cases 30 to 41: the format of prompts. */
export const PROMPT_CASES: readonly ConformanceCase[] = [
  refused('30', 'Hello', `${START_ERROR}, ${END_ERROR}`),
  refused('31', 'Hello\n\nAssistant:', START_ERROR),
  {
    number: '32',
    title: 'the first version has the short form',
    check: async (server) => {
      const headers = { 'anthropic-version': '2023-01-01' }
      const response = await send(server, { headers, body: { prompt: 'Hello\n\nAssistant:' } })
      await expectError(response, 400, INVALID_REQUEST, SHORT_START_ERROR)
    },
  },
  success('32b', 'markers with literal newlines are understood', { body: { prompt: LITERAL_NEWLINES } }),
  refusal(
    '32b',
    'markers with literal newlines, strict',
    { body: { prompt: LITERAL_NEWLINES } },
    [400, INVALID_REQUEST, `${START_ERROR}, ${END_ERROR}`],
    { rules: { literalNewlineMarkers: false } },
  ),
  refused('33', '\n\nHuman: Hi', END_ERROR),
  refused('34', '\n\nHuman: Hi\n\nAssistant: Hello\n\nHuman: How many toes do dogs have?', END_ERROR),
  refused('35', '\n\nAssistant: Hello\n\nHuman: Hi\n\nAssistant:', START_ERROR),
  success('36', 'a first line Human:', { body: { prompt: 'Human: Hi\n\nAssistant:' } }),
  {
    number: '37',
    title: 'a space after the last Assistant: changes nothing',
    check: async (server) => {
      const without = await textOf(await send(server))
      const withSpace = await textOf(await send(server, { body: { prompt: '\n\nHuman: Hi\n\nAssistant: ' } }))
      expect(withSpace).toBe(without)
    },
  },
  refused('38', '\n\nHuman: Hi\nAssistant:', END_ERROR),
  {
    number: '39',
    title: 'text before the first Human turn is the system text',
    check: async (server) => {
      const prompt = 'Answer in French.\n\nHuman: Hi\n\nAssistant:'
      await completionOf(await send(server, { body: { prompt } }))
      const received = server.requests?.at(-1)?.prompt
      if (received === undefined) return
      expect(received).toMatchObject({
        systemText: 'Answer in French.',
        turns: [textTurn('user', 'Hi')],
        prefill: '',
      })
    },
  },
  {
    number: '40',
    title: 'a completion continues the prefill without repeating it',
    check: async (server) => {
      const prompt = '\n\nHuman: Hello\n\nAssistant: Hello, my name is'
      const text = await textOf(await send(server, { body: { prompt } }))
      expect(text).not.toContain('Hello, my name is')
      const received = server.requests?.at(-1)?.prompt
      if (received !== undefined) expect(received.prefill).toBe('Hello, my name is')
    },
  },
  refusal(
    '41',
    'a prompt over the context window',
    { body: { prompt: `\n\nHuman: ${'many words '.repeat(100_000)}\n\nAssistant:` } },
    [400, INVALID_REQUEST, /^prompt is too long: \d+ tokens > \d+ maximum$/],
  ),
]
