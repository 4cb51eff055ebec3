import * as z from 'zod'
import type { Prompt } from '../../completion/prompt.ts'
import { rawPrompt, tokenPrompt } from '../../completion/prompt.ts'
import { list } from '../body-schema.ts'

/** Most completions of one response: its prompts, each completed `n` times. */
export const MAX_CHOICES = 128
/** A token's id fits 32 bits; an engine knows the ids of its model. */
const MAX_TOKEN_ID = 2_147_483_647

const NEITHER = 'Input should be a text, a list of token ids, or a list of either'
const EMPTY = 'String should have at least 1 character'
const TOO_MANY = `List should have at most ${MAX_CHOICES} prompts`

/** `prompt` of a text completion: a text or a list of token ids, or a list of either. */
export const PROMPTS = z
  .union([z.string(), list], { error: NEITHER })
  .transform((value, { addIssue }): readonly Prompt[] => {
    const refuse = (message: string) => {
      addIssue({ code: 'custom', message })
      return z.NEVER
    }
    const prompts = isOnePrompt(value) ? [value] : value
    if (prompts.length > MAX_CHOICES) return refuse(TOO_MANY)
    if (prompts.length === 0) return refuse(EMPTY)
    const read = prompts.map(readPrompt)
    const found = read.find((prompt) => typeof prompt === 'string')
    return found === undefined ? read.filter((prompt) => typeof prompt !== 'string') : refuse(found)
  })

function isOnePrompt(value: string | unknown[]): value is string | number[] {
  return typeof value === 'string' || typeof value[0] === 'number'
}

/** The prompt, or what is wrong with it. */
function readPrompt(value: unknown): Prompt | string {
  if (value === '' || (Array.isArray(value) && value.length === 0)) return EMPTY
  if (typeof value === 'string') return rawPrompt(value)
  return isTokenList(value) ? tokenPrompt(value) : NEITHER
}

function isTokenList(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((id) => Number.isInteger(id) && id >= 0 && id <= MAX_TOKEN_ID)
}
