import { enableCompileCache, flushCompileCache, getCompileCacheDir } from 'node:module'
import { dirname, join } from 'node:path'
import { cacheFolder } from './cache-folder.ts'

/** Keeps compiled code for the next start. Where the folder cannot be written, nothing is kept. */
export function useCompileCache(): void {
  const folder = cacheFolder(process.env)
  if (folder !== null) enableCompileCache(join(folder, 'compiled'))
}

/**
 * Writes the compiled code in the next turn, for a process that may be killed. It holds the event loop for up to a second;
 * others write when they exit.
 */
export function keepCompiledCode(): void {
  setTimeout(flushCompileCache, 0).unref()
}

/** The environment of a process that keeps its compiled code where this one does. */
export function withCompileCache(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  // Node adds a folder for its version.
  const folder = getCompileCacheDir()
  return folder === undefined ? environment : { ...environment, NODE_COMPILE_CACHE: dirname(folder) }
}
