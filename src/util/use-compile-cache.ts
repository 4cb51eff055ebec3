import { enableCompileCache, flushCompileCache, getCompileCacheDir } from 'node:module'
import { dirname, join } from 'node:path'
import { cacheFolder } from './cache-folder.ts'

/** Keeps compiled code for the next start. Where the folder cannot be written, nothing is kept. */
export function useCompileCache(): void {
  const folder = cacheFolder(process.env)
  if (folder !== null) enableCompileCache(join(folder, 'compiled'))
}

/** When a server has been ready for this long, what it has compiled is written: it may be killed without notice. */
const WRITE_AFTER_MS = 1_000

/** Writes the compiled code soon. Without this it is written when the process exits. */
export function keepCompiledCode(afterMs: number = WRITE_AFTER_MS): void {
  setTimeout(flushCompileCache, afterMs).unref()
}

/** The environment of a process that keeps its compiled code where this one does. */
export function withCompileCache(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  // Node adds a folder for its version.
  const folder = getCompileCacheDir()
  return folder === undefined ? environment : { ...environment, NODE_COMPILE_CACHE: dirname(folder) }
}
