import { callApi } from './call-api.ts'

/** A prompt that was saved, without its text. */
export interface SavedPrompt {
  readonly id: string
  readonly name: string
  readonly createdAt: string
  readonly updatedAt: string
  readonly latestVersion: number
}

export interface PromptVersion {
  readonly number: number
  readonly note: string | null
  readonly createdAt: string
}

const PROMPTS = '/continuo/prompts'

/** A prompt in one of its versions. The body is a JSON text, so that no name in it is changed on the way. */
interface PromptBody {
  readonly body: { readonly json: string }
}

export async function createPrompt(name: string, prompt: unknown): Promise<SavedPrompt> {
  return callApi(PROMPTS, { body: { name, body: stored(prompt) } })
}

export async function addVersion(id: string, prompt: unknown, note: string): Promise<number> {
  const version = await callApi<PromptVersion>(`${PROMPTS}/${encodeURIComponent(id)}/versions`, {
    body: { body: stored(prompt), ...(note === '' ? {} : { note }) },
  })
  return version.number
}

export async function renamePrompt(id: string, name: string): Promise<void> {
  await callApi(`${PROMPTS}/${encodeURIComponent(id)}`, { body: { name } })
}

export async function deletePrompt(id: string): Promise<void> {
  await callApi(`${PROMPTS}/${encodeURIComponent(id)}`, { method: 'DELETE' })
}

/** What a saved prompt says, in its newest version or another. */
export async function loadPrompt(
  id: string,
  number: number | null = null,
): Promise<{ saved: SavedPrompt; version: number; content: unknown }> {
  const path = `${PROMPTS}/${encodeURIComponent(id)}`
  const saved = await callApi<SavedPrompt & PromptBody>(path)
  if (number === null) return { saved, version: saved.latestVersion, content: restored(saved) }
  const version = await callApi<PromptVersion & PromptBody>(`${path}/versions/${number}`)
  return { saved, version: number, content: restored(version) }
}

function stored(prompt: unknown): PromptBody['body'] {
  return { json: JSON.stringify(prompt) }
}

function restored({ body }: PromptBody): unknown {
  try {
    return JSON.parse(body.json)
  } catch {
    return null
  }
}
