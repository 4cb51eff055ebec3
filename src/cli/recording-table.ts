import type { RecordedResponse } from '../recordings/recorded-response.ts'
import type { StoredRecording } from '../recordings/recording-folder.ts'
import { alignedTable } from './aligned-table.ts'

/** Most code units of a reply that the table shows. */
const SHOWN_UNITS = 40

/** Recordings as a table for a terminal. */
export function recordingTable(recordings: readonly StoredRecording[]): string {
  if (recordings.length === 0) return 'There are no recordings.\n'
  const lines = recordings.map(({ name, recording }) => {
    const { request, response, recordedAt, countedTokens } = recording
    const reply = response === null ? `${countedTokens} tokens` : replyOf(response)
    return [name, request.model, recordedAt.slice(0, 10), endingOf(response), shortened(reply)]
  })
  return alignedTable([['Name', 'Model', 'Recorded', 'End', 'Reply'], ...lines])
}

/** What came of each recording, as a table for a terminal. */
export function driftTable(
  rows: readonly { readonly name: string; readonly drift: readonly string[] }[],
): string {
  if (rows.length === 0) return 'There are no recordings to check.\n'
  const differing = rows.filter(({ drift }) => drift.length > 0)
  const lines = rows.flatMap(({ name, drift }) =>
    drift.length === 0 ? [[name, 'ok']] : drift.map((text, index) => [index === 0 ? name : '', text]),
  )
  return `${alignedTable([['Name', 'Result'], ...lines])}${differing.length} of ${rows.length} recordings differ.\n`
}

function endingOf(response: RecordedResponse | null): string {
  return response?.failure?.code ?? response?.end?.stopReason ?? ''
}

function replyOf({ parts, failure }: RecordedResponse): string {
  if (failure !== undefined) return failure.message
  const texts = parts.flatMap((part) => {
    if (part.type === 'text') return [part.text]
    return part.type === 'tool-call' ? [`${part.name}(${part.json})`] : []
  })
  return texts.join(' ')
}

function shortened(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim()
  return line.length > SHOWN_UNITS ? `${line.slice(0, SHOWN_UNITS)}…` : line
}
