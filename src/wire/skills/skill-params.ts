import { invalidRequest } from '../body-schema.ts'
import type { SkillShape } from './skill-body.ts'

const MAX_DISPLAY_NAME_UNITS = 255

/** The field of a form that holds the name under which a skill is shown. */
const DISPLAY_NAME_FIELDS = { current: 'display_name', beta: 'display_title' } as const satisfies Record<
  SkillShape,
  string
>

/**
 * Reads the name under which a skill is shown; null where none was sent.
 *
 * @throws CompletionError `invalid-request`
 */
export function readDisplayName(fields: ReadonlyMap<string, string>, shape: SkillShape): string | null {
  const field = DISPLAY_NAME_FIELDS[shape]
  const name = fields.get(field)?.trim() ?? ''
  if (name === '') return null
  if (name.length > MAX_DISPLAY_NAME_UNITS) {
    throw invalidRequest(`${field}: String should have at most ${MAX_DISPLAY_NAME_UNITS} characters`)
  }
  // biome-ignore lint/suspicious/noControlCharactersInRegex: those are what is refused.
  if (/[\u0000-\u001f\u007f\u2028\u2029]/.test(name)) throw invalidRequest(`${field}: it must be one line`)
  return name
}
