import { CompletionError } from '../../../completion/completion-error.ts'
import { isArchive, unpackArchive } from '../../../skills/skill-archive.ts'
import { MAX_PATH_UNITS, MAX_SKILL_BYTES, MAX_SKILL_FILES } from '../../../skills/skill-bounds.ts'
import { checkSkillFiles, type SkillFile, type SkillFiles } from '../../../skills/skill-files.ts'
import type { ApiRules } from '../../../wire/api-rules.ts'
import { invalidRequest } from '../../../wire/body-schema.ts'
import type { SkillShape } from '../../../wire/skills/skill-body.ts'
import type { FormFile } from '../../form-parser.ts'
import { readMultipartBody } from '../../read-multipart-body.ts'
import type { RequestContext } from '../../request-context.ts'

/** Parts of these names are files, also without a filename. */
const FILE_FIELDS = ['files[]', 'files', 'file']
const FORM = {
  fileFields: FILE_FIELDS,
  maxFiles: MAX_SKILL_FILES,
  maxFileBytes: MAX_SKILL_BYTES,
  maxTotalBytes: MAX_SKILL_BYTES,
  maxFields: 16,
  maxFieldBytes: 4 * MAX_PATH_UNITS,
}
/** What a byte of a file counts as: an archive is held beside its files. */
const HELD_BYTES_PER_BYTE = 2
/** Most bytes that an archive of one byte can become, which are then held too. */
const HELD_BYTES_PER_ARCHIVE = MAX_SKILL_BYTES
/** A file without a name is the one that every skill has. */
const DEFAULT_NAME = 'SKILL.md'

/** A form with the files of a skill. */
export interface SkillUpload {
  readonly files: SkillFiles
  readonly fields: ReadonlyMap<string, string>
}

/**
 * Receives the files of a skill: as they are, or in one zip archive.
 *
 * @throws ApiError, CompletionError for what is wrong with them
 */
export async function receiveSkill(
  context: Pick<RequestContext, 'request' | 'memory' | 'slices'>,
  shape: SkillShape,
  rules: Pick<ApiRules, 'lenientSkills'>,
): Promise<SkillUpload> {
  const received: SkillFile[] = []
  const fields = await readMultipartBody(context, FORM, async (file) => {
    received.push({ path: file.filename ?? DEFAULT_NAME, bytes: await receiveFile(file, context) })
  })
  const [first] = received
  const isPacked = first !== undefined && received.length === 1 && isArchive(first.bytes)
  if (isPacked) context.memory.hold(HELD_BYTES_PER_ARCHIVE)
  const uploaded = isPacked ? await unpackArchive(first.bytes) : received
  const files = rules.lenientSkills ? checkLeniently(uploaded) : checkSkillFiles(uploaded)
  if (shape === 'beta' && files.directory !== files.name) throw otherFolder(files)
  return { files, fields }
}

/** The suites of official clients send files that are no skill. */
function checkLeniently(uploaded: readonly SkillFile[]): SkillFiles {
  try {
    return checkSkillFiles(uploaded)
  } catch (error) {
    if (!(error instanceof CompletionError)) throw error
    return checkSkillFiles([{ path: DEFAULT_NAME, bytes: STAND_IN }])
  }
}

const STAND_IN = Buffer.from('---\nname: skill\ndescription: A skill of the test suites.\n---\n')

function otherFolder({ directory, name }: SkillFiles): CompletionError {
  return invalidRequest(`The folder name '${directory}' must match the skill name '${name}' in SKILL.md.`)
}

async function receiveFile(
  { chunks }: FormFile,
  { memory }: Pick<RequestContext, 'memory'>,
): Promise<Uint8Array> {
  const pieces: Buffer[] = []
  for await (const chunk of chunks) {
    memory.hold(chunk.length * HELD_BYTES_PER_BYTE)
    // The parser uses its memory again.
    pieces.push(Buffer.from(chunk))
  }
  return Buffer.concat(pieces)
}
