import type { RecordedPart, RecordingContent } from '../recordings.ts'
import { EMPTY_PROMPT, type Turn, type WorkbenchPrompt } from './workbench-prompt.ts'

/** The prompt of a recording, as far as the Workbench can edit it: pictures, and calls of tools, are not in it. */
export function recordedPrompt({ request }: RecordingContent, model: string): WorkbenchPrompt {
  const { system = '', turns = [], prefill, rawText, tools, outputSchema } = request
  if (rawText !== undefined) return { ...EMPTY_PROMPT, api: 'complete', model, text: rawText }
  const all =
    prefill === undefined
      ? turns
      : [...turns, { role: 'assistant', parts: [{ type: 'text', text: prefill }] }]
  return {
    ...EMPTY_PROMPT,
    ...{ model, system, turns: all.map(turnOf) },
    tools: Array.isArray(tools) ? json(tools.map(toolOf)) : '',
    schema: outputSchema === undefined ? '' : json(outputSchema),
  }
}

function turnOf({ role, parts }: { role: string; parts: readonly RecordedPart[] }, index: number): Turn {
  return {
    id: index + 1,
    role: role === 'assistant' ? role : 'user',
    text: parts
      .flatMap(({ type, text }) => (type === 'text' && text !== undefined ? [text] : []))
      .join('\n\n'),
    attachments: [],
  }
}

/** A tool as the API has it. */
function toolOf({ name, description, inputSchema }: Readonly<Record<string, unknown>>): object {
  return { name, ...(description === undefined ? {} : { description }), input_schema: inputSchema }
}

function json(value: unknown): string {
  return JSON.stringify(value, null, 2)
}
