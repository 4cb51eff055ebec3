import { createRequire } from 'node:module'
import { invalidSkill } from './invalid-skill.ts'
import { MAX_FRONT_MATTER_MARKS, MAX_FRONT_MATTER_UNITS } from './skill-bounds.ts'

/** Few servers ever read a skill. */
const loadYaml = (): typeof import('yaml') => createRequire(import.meta.url)('yaml')

/** What SKILL.md says. */
export interface SkillText {
  readonly name: string
  readonly description: string
  /** All that follows the front matter. */
  readonly instructions: string
}

const MAX_NAME_UNITS = 64
const MAX_DESCRIPTION_UNITS = 1024
/** Names that belong to others. */
const RESERVED_WORDS = ['anthropic', 'claude']

/**
 * Reads SKILL.md: YAML between two lines of three hyphens, then instructions.
 *
 * @throws CompletionError `invalid-request`
 * @see the API's guide on skills: the fields of the front matter
 */
export function readSkillText(text: string): SkillText {
  const { frontMatter, instructions } = split(text)
  const fields = parseYaml(frontMatter)
  return { name: readName(fields.name), description: readDescription(fields.description), instructions }
}

/** Only the lines of the front matter are looked at, however long the text is. */
function split(text: string): { readonly frontMatter: string; readonly instructions: string } {
  const body = text.startsWith('\ufeff') ? text.slice(1) : text
  const start = /^---[ \t]*\r?\n/.exec(body.slice(0, 64))?.[0].length
  if (start === undefined) {
    throw invalidSkill(
      'SKILL.md must begin with YAML front matter: a line "---", its fields, and another line "---".',
    )
  }
  const rest = body.slice(start - 1, start + MAX_FRONT_MATTER_UNITS)
  const isWhole = rest.length === body.length - start + 1
  const end = (isWhole ? /\n---[ \t]*(\r?\n|$)/ : /\n---[ \t]*\r?\n/).exec(rest)
  if (end === null) {
    throw invalidSkill(
      `SKILL.md: its front matter has no end: a line "---" within ${MAX_FRONT_MATTER_UNITS} characters.`,
    )
  }
  return {
    frontMatter: rest.slice(1, end.index + 1),
    instructions: body.slice(start - 1 + end.index + end[0].length).trim(),
  }
}

/** What may begin a part of YAML's structure. */
const MARKS = /[[{!?&*|>]|- |: |\n/g

/**
 * All scalars are texts, so that a name of digits stays one. Only the two fields are made values: to make all of a document
 * values can take very long.
 */
function parseYaml(frontMatter: string): { readonly name: unknown; readonly description: unknown } {
  const marks = frontMatter.match(MARKS)?.length ?? 0
  if (marks > MAX_FRONT_MATTER_MARKS) throw invalidSkill('SKILL.md: its front matter is too complex.')
  const { isMap, parseDocument } = loadYaml()
  try {
    const document = parseDocument(frontMatter, PARSING)
    const [error] = document.errors
    if (error !== undefined) throw error
    if (isMap(document.contents))
      return { name: document.get('name'), description: document.get('description') }
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message.slice(0, MAX_REASON_UNITS) : ''
    throw invalidSkill(`SKILL.md: its front matter is not valid YAML: ${reason}`)
  }
  throw invalidSkill('SKILL.md: its front matter must have the fields name and description.')
}

const PARSING = { schema: 'failsafe', uniqueKeys: false, prettyErrors: false, logLevel: 'silent' } as const
/** How much of a parser's error is repeated. */
const MAX_REASON_UNITS = 200

function readName(value: unknown): string {
  if (typeof value !== 'string' || value === '') throw invalidSkill('SKILL.md: name: Field required')
  if (value.length > MAX_NAME_UNITS || !/^[a-z0-9-]+$/.test(value)) {
    throw invalidSkill(
      `SKILL.md: name: it must have at most ${MAX_NAME_UNITS} lower-case letters, digits and hyphens, and nothing else.`,
    )
  }
  const reserved = RESERVED_WORDS.find((word) => value.includes(word))
  if (reserved !== undefined) throw invalidSkill(`SKILL.md: name: it must not contain "${reserved}".`)
  return value
}

function readDescription(value: unknown): string {
  const description = typeof value === 'string' ? value.trim() : ''
  if (description === '') throw invalidSkill('SKILL.md: description: Field required')
  if (description.length > MAX_DESCRIPTION_UNITS) {
    throw invalidSkill(`SKILL.md: description: it must have at most ${MAX_DESCRIPTION_UNITS} characters.`)
  }
  if (/<\/?[a-zA-Z]/.test(description)) throw invalidSkill('SKILL.md description cannot contain XML tags')
  return description
}
