import type { ToolResultPart } from '../../../completion/turn.ts'

/** What a tool gave back, as a text; of a failure it says so. */
export function toolResultText({ parts, isError }: ToolResultPart): string {
  const text = parts.map((part) => (part.type === 'text' ? part.text : '')).join('\n')
  return isError ? `Error: ${text}` : text
}
