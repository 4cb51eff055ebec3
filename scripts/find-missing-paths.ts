import { matchesGlob } from 'node:path'

/** What looks like a path in code spans: a folder, or a file of a kind that this project has. */
/** Files that users have, and this repository does not. */
const THEIRS: ReadonlySet<string> = new Set(['SKILL.md'])
const PATH = /^[\w.*-]+(?:\/[\w.*-]+)*(?:\/|\.(?:ts|mjs|py|md|json|yml|gguf))$/
const CODE_SPAN = /`([^`\n]+)`/g
const LINK = /\]\(([^)#\s]+)(?:#[^)]*)?\)/g

/**
 * The paths that a page names, in code spans and links, and that no file or folder has.
 *
 * @param page its path; links are relative to its folder
 * @param files every path of the project; a code span may name the end of one, and may hold `*`
 */
export function findMissingPaths(page: string, text: string, files: readonly string[]): string[] {
  const folders = new Set(files.flatMap(foldersOf))
  const exists = (path: string) => files.includes(path) || folders.has(path.replace(/\/$/, ''))
  const isEnd = (path: string) => {
    const pattern = `{,**/}${path.replace(/\/$/, '/**')}`
    return files.some((file) => matchesGlob(file, pattern))
  }
  const spans = [...text.matchAll(CODE_SPAN)].map(([, span = '']) => span)
  const links = [...text.matchAll(LINK)].map(([, target = '']) => target)
  return [
    ...spans.filter((span) => PATH.test(span) && !THEIRS.has(span) && !isEnd(span)),
    ...links.filter((target) => !/^[a-z]+:/.test(target) && !exists(resolve(page, target))),
  ]
}

/** `a/b/c.ts` is in `a` and `a/b`. */
function foldersOf(path: string): string[] {
  const names = path.split('/').slice(0, -1)
  return names.map((_, index) => names.slice(0, index + 1).join('/'))
}

function resolve(page: string, target: string): string {
  return new URL(target, `file:///${page}`).pathname.slice(1)
}
