import type { ToolResultPart } from './turn.ts'

/** The texts of a tool's result on lines of their own, for models without a field that marks a failed call. */
export function toolResultText({ parts, isError }: ToolResultPart): string {
  const text = parts
    .flatMap((part) => (part.type === 'text' && part.text !== '' ? [part.text] : []))
    .join('\n')
  return isError ? `Error: ${text}` : text
}
