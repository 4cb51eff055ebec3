import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { RECORDED_REQUESTS } from '../../../../test/recorded-requests.ts'
import { readHistory, summaryOf, upstreamHistory } from '../../../../test/upstream-histories.ts'
import { upstreamSettings } from '../../../../test/upstream-settings.ts'
import type { CompletionEvent } from '../../../completion/completion-event.ts'
import { dialectOf } from './dialects.ts'

const RECORDED = Object.entries(RECORDED_REQUESTS).flatMap(([what, { kind, request, servers }]) =>
  servers.map((server) => ({
    name: `${server}-${what}`,
    kind,
    server,
    request,
  })),
)

/** What a recording says, in short. */
function shortOf(events: readonly CompletionEvent[]) {
  const { text, ...counts } = summaryOf(events)
  const input = events.map((event) => (event.type === 'tool-input-delta' ? event.json : '')).join('')
  const scored = (type: 'prompt-tokens' | 'completion-tokens') =>
    events.flatMap((event) => (event.type === type ? event.tokens.map(({ text: token }) => token) : []))
  return {
    ...{ text, ...counts },
    ...(input === '' ? {} : { input }),
    ...(scored('prompt-tokens').length === 0
      ? {}
      : { prompt: scored('prompt-tokens'), completion: scored('completion-tokens') }),
  }
}

const OLLAMA = {
  text: '1. Red - 20% of the total number of people who can be chosen from a pool of 5',
  end: 'max-tokens',
  promptTokens: 13,
  completionTokens: 24,
}
const VLLM = {
  text: '1. Red\n2. Blue\n3. Green',
  end: 'end-of-generation',
  promptTokens: 34,
  completionTokens: 12,
}

const EXPECTED: Readonly<Record<string, object>> = {
  'ollama-chat': OLLAMA,
  // Ollama puts the raw prompt into the model's template.
  'ollama-completions': OLLAMA,
  'ollama-claude': OLLAMA,
  'vllm-chat': VLLM,
  'vllm-claude': VLLM,
  'vllm-completions': {
    text: '\n\nThe answer is: 1.\n\nThe answer is: 2.',
    end: 'end-of-generation',
    promptTokens: 4,
    completionTokens: 19,
  },
  // The rest of its 60 tokens is reported with the call.
  'vllm-call': {
    text: '',
    input: '{"city": "gaben"}',
    end: 'tool-call',
    promptTokens: 37,
    completionTokens: 25,
  },
  'vllm-scores': {
    text: '-tailed tests are',
    prompt: ['One', ',', ' two'],
    completion: ['-', 'tailed', ' tests', ' are'],
    end: 'max-tokens',
    promptTokens: 3,
    completionTokens: 4,
  },
}

describe('what real servers sent', () => {
  it.each(RECORDED)(
    'is read whole from $name, however its bytes are cut',
    async ({ name, kind, server, request }) => {
      const settings = upstreamSettings({ kind, server })
      const reader = () => dialectOf(settings).createResponseReader(settings, () => undefined)
      const bytes = upstreamHistory(`recorded/${name}`)
      const events = await readHistory(reader(), bytes, [], request)
      expect(shortOf(events)).toEqual(EXPECTED[name])
      await fc.assert(
        fc.asyncProperty(fc.array(fc.nat(bytes.length), { maxLength: 20 }), async (cuts) => {
          expect(await readHistory(reader(), bytes, cuts, request)).toEqual(events)
        }),
        { numRuns: 20 },
      )
    },
  )
})
