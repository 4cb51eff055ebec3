/** Bytes of all files of a version together. @see the API's reference, "Skills": 30 MB unpacked */
export const MAX_SKILL_BYTES = 30 * 1_000 * 1_000
/** Files of a version. */
export const MAX_SKILL_FILES = 500
/** Entries of an archive, of which some are folders. */
export const MAX_ARCHIVE_ENTRIES = 2 * MAX_SKILL_FILES
/** Code units of the path of a file. */
export const MAX_PATH_UNITS = 255
/** Folders in the path of a file. */
export const MAX_PATH_DEPTH = 16
/** Bytes of SKILL.md, which goes into prompts. */
export const MAX_SKILL_TEXT_BYTES = 256 * 1024
/** Code units of its front matter. */
export const MAX_FRONT_MATTER_UNITS = 8 * 1024
/** Characters in it that may begin a part of YAML's structure: what parsing takes grows faster than with their number. */
export const MAX_FRONT_MATTER_MARKS = 256
