import { registerHooks } from 'node:module'

/** A text of a source file, and what stands in its place. */
export interface Replacement {
  /** The end of the file's path. */
  readonly file: string
  readonly from: string
  readonly to: string
}

/** Changes sources of the server while they are loaded; for modules that its processes and threads load first. */
export function replaceSources(replacements: readonly Replacement[]): void {
  registerHooks({
    load(url, context, nextLoad) {
      const loaded = nextLoad(url, context)
      const here = replacements.filter(({ file }) => url.endsWith(`/src${file}`))
      if (here.length === 0) return loaded
      return { ...loaded, source: here.reduce(replaced, String(loaded.source)) }
    },
  })
}

/** A replacement that changes nothing would be found by nothing. */
function replaced(source: string, { file, from, to }: Replacement): string {
  if (source.split(from).length !== 2) throw new Error(`${file}: there is not one "${from}" to replace`)
  return source.replace(from, () => to)
}
