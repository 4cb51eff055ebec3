import type { WorkbenchPrompt } from './workbench-prompt.ts'

/** `{{NAME}}`, with or without spaces inside. */
const VARIABLE = /\{\{\s*([A-Za-z_][\w-]{0,63})\s*\}\}/g

/** A part of a text: a variable, or what is between two. */
export interface TextPart {
  readonly text: string
  /** The variable's name; null for other text. */
  readonly variable: string | null
}

/** A text cut at its variables. Together the parts are the text. */
export function splitAtVariables(text: string): readonly TextPart[] {
  const parts: TextPart[] = []
  let end = 0
  for (const match of text.matchAll(VARIABLE)) {
    if (match.index > end) parts.push({ text: text.slice(end, match.index), variable: null })
    parts.push({ text: match[0], variable: match[1] ?? '' })
    end = match.index + match[0].length
  }
  if (end < text.length) parts.push({ text: text.slice(end), variable: null })
  return parts
}

/** The names of the variables of a text, each once, in their order. */
export function variablesOf(...texts: readonly string[]): readonly string[] {
  return [...new Set(texts.flatMap((text) => [...text.matchAll(VARIABLE)].map((match) => match[1] ?? '')))]
}

/** The text with values in place of variables. One without a value stays as it is. A value's own braces are text. */
export function fillVariables(text: string, values: Readonly<Record<string, string>>): string {
  return splitAtVariables(text)
    .map((part) =>
      part.variable !== null && Object.hasOwn(values, part.variable) ? values[part.variable] : part.text,
    )
    .join('')
}

/** The variables of all that a prompt sends. */
export function promptVariables({ api, system, turns, text }: WorkbenchPrompt): readonly string[] {
  return variablesOf(
    ...(api === 'complete' ? [] : [system, ...turns.map((turn) => turn.text)]),
    ...(api === 'messages' ? [] : [text]),
  )
}
