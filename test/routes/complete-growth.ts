import { type GrowableFields, keysOf, timesOf } from './growable-fields.ts'

/** The growable fields of `/v1/complete`. */
export const COMPLETE_GROWTH: GrowableFields = {
  texts: {
    'a human turn': (text) => ({ prompt: `\n\nHuman: ${text}\n\nAssistant:` }),
    'an assistant turn': (text) => ({
      prompt: `\n\nHuman: a\n\nAssistant: ${text}.\n\nHuman: b\n\nAssistant:`,
    }),
    'a system prompt': (text) => ({ prompt: `${text}\n\nHuman: a\n\nAssistant:` }),
    'a prefill': (text) => ({ prompt: `\n\nHuman: a\n\nAssistant: ${text}.` }),
    prompt: (text) => ({ prompt: text }),
  },
  names: {
    model: (text) => ({ model: text }),
    'stop_sequences[]': (text) => ({ stop_sequences: [text] }),
    'metadata.user_id': (text) => ({ metadata: { user_id: text } }),
    'an unknown field': (text) => ({ [text]: 1 }),
  },
  lists: {
    stop_sequences: (count) => ({ stop_sequences: timesOf(count, (index) => `stop ${index}`) }),
    'wrong stop_sequences': (count) => ({ stop_sequences: timesOf(count, () => 7) }),
    'empty stop_sequences': (count) => ({ stop_sequences: timesOf(count, () => '') }),
    'alike stop_sequences': (count) => ({
      stop_sequences: timesOf(count, (index) => 'a'.repeat((index % 64) + 1)),
    }),
    metadata: (count) => ({ metadata: keysOf(count) }),
    'unknown fields': keysOf,
  },
  schemas: {},
}
