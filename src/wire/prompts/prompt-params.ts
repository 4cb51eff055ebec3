import * as z from 'zod'
import { anyObject, checkBody, dictionary, invalidRequest, nameUpTo, textUpTo } from '../body-schema.ts'

const [MAX_NAME_CHARACTERS, MAX_NOTE_CHARACTERS] = [255, 2_000]

const NOTE = textUpTo(MAX_NOTE_CHARACTERS).optional()
const NAME = nameUpTo(MAX_NAME_CHARACTERS)
const CREATE = z.strictObject({ name: NAME, body: anyObject, note: NOTE }, { error: dictionary })
const RENAME = z.strictObject({ name: NAME }, { error: dictionary })
const ADD_VERSION = z.strictObject({ body: anyObject, note: NOTE }, { error: dictionary })

/** Reads the body of `POST /continuo/prompts`. */
export function parseNewPrompt(body: object) {
  const { note = '', ...prompt } = checkBody(body, CREATE)
  return { ...prompt, note }
}

/** Reads the body of `POST /continuo/prompts/{id}`. */
export function parsePromptName(body: object): string {
  return checkBody(body, RENAME).name
}

/** Reads the body of `POST /continuo/prompts/{id}/versions`. */
export function parseNewVersion(body: object) {
  const { note = '', ...version } = checkBody(body, ADD_VERSION)
  return { ...version, note }
}

/** The number of a version in a path. @throws CompletionError `invalid-request` */
export function parseVersionNumber(text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text)
  throw invalidRequest('version: Input should be the number of a version')
}
