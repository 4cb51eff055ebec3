import type { RecordedRequest } from './recorded-request.ts'
import type { Recording } from './recording.ts'

/** Most code units of the words in a name. */
const MAX_WORDS_UNITS = 40
const KEY_UNITS = 8

/** The name of a recording's file: words of the last text of the request, its key, and its ordinal. */
export function recordingName({ request, ordinal, response }: Recording, key: string): string {
  const hash = key.slice(key.lastIndexOf('-') + 1).slice(0, KEY_UNITS)
  const kind = response === null ? ['tokens'] : []
  return `${[...words(request), ...kind, hash, String(ordinal)].join('-')}.json`
}

function words(request: RecordedRequest): string[] {
  const text = lastText(request)
    .slice(0, 4 * MAX_WORDS_UNITS)
    .toLowerCase()
    .replace(/<[\w-]{1,20}>/g, ' ')
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+/, '')
    .slice(0, MAX_WORDS_UNITS)
    .replace(/-+$/, '')
  return text === '' ? [] : [text]
}

function lastText({ turns = [], rawText = '' }: RecordedRequest): string {
  for (const { role, parts } of turns.toReversed()) {
    if (role !== 'user') continue
    const part = parts.findLast(({ type }) => type === 'text')
    if (part?.type === 'text') return part.text
    if (parts.some(({ type }) => type === 'tool-result')) return 'tool result'
  }
  return rawText
}
