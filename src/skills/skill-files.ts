import { readSkillText, type SkillText } from './front-matter.ts'
import { invalidSkill } from './invalid-skill.ts'
import {
  MAX_PATH_DEPTH,
  MAX_PATH_UNITS,
  MAX_SKILL_BYTES,
  MAX_SKILL_FILES,
  MAX_SKILL_TEXT_BYTES,
} from './skill-bounds.ts'

/** A file of a skill. */
export interface SkillFile {
  /** Its folders and name, with slashes. */
  readonly path: string
  readonly bytes: Uint8Array
}

/** The files of a version, checked. */
export interface SkillFiles extends SkillText {
  /** The folder that all are in; the skill's name where they were in none. */
  readonly directory: string
  /** Within the folder. SKILL.md is one of them. */
  readonly files: readonly SkillFile[]
  readonly sizeBytes: number
}

const SKILL_TEXT_NAME = 'SKILL.md'
/** What a file system adds to archives. */
const SYSTEM_FILES = /(^|\/)(__MACOSX\/|\.DS_Store$|Thumbs\.db$)/

/**
 * Checks the files of a version: their paths, their sizes, and SKILL.md, which stands at the top, or at the top of the one
 * folder that all are in.
 *
 * @throws CompletionError `invalid-request`
 * @see the API's guide on skills: what an upload holds
 */
export function checkSkillFiles(uploaded: readonly SkillFile[]): SkillFiles {
  const files = uploaded.filter(({ path }) => !SYSTEM_FILES.test(path))
  if (files.length === 0) throw invalidSkill("No files provided. Please provide files using 'files[]' field.")
  if (files.length > MAX_SKILL_FILES) throw invalidSkill(`A skill has at most ${MAX_SKILL_FILES} files.`)
  const sizeBytes = files.reduce((sum, { bytes }) => sum + bytes.length, 0)
  if (sizeBytes > MAX_SKILL_BYTES) throw tooLarge()
  checkPaths(files.map(({ path }) => path))
  const folder = commonFolder(files)
  const inside = files.map(({ path, bytes }) => ({ path: path.slice(folder.length), bytes }))
  const text = inside.find(({ path }) => path === SKILL_TEXT_NAME)
  if (text === undefined) throw invalidSkill('SKILL.md file must be exactly in the top-level folder.')
  const skill = readSkillText(decodeText(text.bytes))
  const directory = folder === '' ? skill.name : folder.slice(0, -1)
  return { ...skill, directory, files: inside, sizeBytes }
}

/** The error of an upload that is too large when it is unpacked. */
export function tooLarge(): Error {
  return invalidSkill(`A skill has at most ${MAX_SKILL_BYTES} bytes, unpacked.`)
}

/** Paths name files within the skill, each of them one. */
export function checkPaths(paths: readonly string[]): void {
  const taken = new Map<string, 'file' | 'folder'>()
  for (const path of paths) {
    checkPath(path)
    // File systems that ignore case would put two files into one place.
    const parts = path.normalize('NFC').toLowerCase().split('/')
    let place = ''
    for (const [index, part] of parts.entries()) {
      place += `/${part}`
      const kind = index === parts.length - 1 ? 'file' : 'folder'
      const before = taken.get(place)
      if (before === undefined) taken.set(place, kind)
      else if (kind === 'file' || before === 'file')
        throw invalidSkill(`${shown(path)}: there are two files of this name.`)
    }
  }
}

function checkPath(path: string): void {
  const parts = path.split('/')
  if (path.length > MAX_PATH_UNITS || parts.length > MAX_PATH_DEPTH) {
    throw invalidSkill(
      `${shown(path)}: a path has at most ${MAX_PATH_UNITS} characters and ${MAX_PATH_DEPTH} folders.`,
    )
  }
  const isInside = parts.every((part) => part !== '' && part !== '.' && part !== '..')
  // biome-ignore lint/suspicious/noControlCharactersInRegex: those are what is refused.
  if (!isInside || /[\u0000-\u001f\u007f\\:\ufffd]|[\ud800-\udfff]/u.test(path)) {
    throw invalidSkill(`${shown(path)}: a path must be relative, without "..", ":" and backslashes.`)
  }
}

/** The folder that all files are in, with its slash; empty where there is none, or SKILL.md is beside it. */
function commonFolder(files: readonly SkillFile[]): string {
  const end = (files[0]?.path.indexOf('/') ?? -1) + 1
  const folder = files[0]?.path.slice(0, end) ?? ''
  return files.every(({ path }) => path.startsWith(folder)) ? folder : ''
}

function decodeText(bytes: Uint8Array): string {
  if (bytes.length > MAX_SKILL_TEXT_BYTES)
    throw invalidSkill(`SKILL.md has at most ${MAX_SKILL_TEXT_BYTES} bytes.`)
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    throw invalidSkill('SKILL.md is not valid UTF-8.')
  }
}

/** A path as an error repeats it. */
function shown(path: string): string {
  return JSON.stringify(path.slice(0, MAX_PATH_UNITS))
}
