import { readlinkSync, rmSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import type { InstalledModel } from './installed-models.ts'
import { partsOf } from './model-parts.ts'

/** Deletes the file of a model with all its parts, and the contents of Hugging Face's cache that it links to. */
export function removeModel({ path }: InstalledModel): void {
  for (const part of partsOf(path)) {
    const blob = linkedFile(part)
    rmSync(part, { force: true })
    if (blob !== null) rmSync(blob, { force: true })
  }
}

/** The file that a link leads to; null for a file. */
function linkedFile(path: string): string | null {
  try {
    return resolve(dirname(path), readlinkSync(path))
  } catch {
    return null
  }
}
