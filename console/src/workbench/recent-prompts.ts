import type { WorkbenchPrompt } from '../api/workbench/workbench-prompt.ts'

const DRAFT = 'continuo-draft'
const SENT = 'continuo-sent'
/** How many prompts of requests the browser keeps, so that a request of the log can be opened again. */
export const MAX_SENT_PROMPTS = 40
/** Larger ones, with pictures, are not kept. */
const MAX_KEPT_CHARACTERS = 100_000

type SentPrompts = readonly (readonly [requestId: string, prompt: unknown])[]

/** What was edited last, as it was written. */
export function readDraft(): unknown {
  return parsed(localStorage.getItem(DRAFT))
}

export function writeDraft(prompt: WorkbenchPrompt): void {
  keep(DRAFT, JSON.stringify(prompt))
}

/** The server's log has no prompts: the browser keeps those that it has sent itself. */
export function rememberSentPrompt(requestId: string, prompt: WorkbenchPrompt): void {
  if (JSON.stringify(prompt).length > MAX_KEPT_CHARACTERS) return
  keep(SENT, JSON.stringify([[requestId, prompt], ...sentPrompts()].slice(0, MAX_SENT_PROMPTS)))
}

export function loadSentPrompt(requestId: string): unknown {
  return sentPrompts().find(([id]) => id === requestId)?.[1] ?? null
}

function sentPrompts(): SentPrompts {
  const kept = parsed(localStorage.getItem(SENT))
  return Array.isArray(kept) ? (kept.filter(Array.isArray) as unknown as SentPrompts) : []
}

/** A browser may be full, or allow nothing: then nothing is kept. */
function keep(name: string, text: string): void {
  try {
    localStorage.setItem(name, text)
  } catch {
    localStorage.removeItem(name)
  }
}

function parsed(text: string | null): unknown {
  try {
    return JSON.parse(text ?? 'null')
  } catch {
    return null
  }
}
