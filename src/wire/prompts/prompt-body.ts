import type { PromptVersion, SavedPrompt } from '../../prompts/saved-prompt.ts'
import { timeBody } from '../admin/list-body.ts'

/** A saved prompt, without its text. */
export function promptBody({ id, name, createdBy, createdAt, updatedAt, latestVersion }: SavedPrompt) {
  return {
    ...{ type: 'prompt', id, name, created_by: createdBy },
    created_at: timeBody(createdAt),
    updated_at: timeBody(updatedAt),
    latest_version: latestVersion,
  }
}

/** A version of a prompt, without its text. */
export function promptVersionBody({ number, note, createdBy, createdAt }: PromptVersion) {
  return {
    type: 'prompt_version',
    number,
    note: note === '' ? null : note,
    created_by: createdBy,
    created_at: timeBody(createdAt),
  }
}

/** What is deleted. */
export function promptDeletedBody(id: string) {
  return { type: 'prompt_deleted', id }
}
