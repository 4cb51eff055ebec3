import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { EngineLoadError } from '../completion/engine-load-error.ts'

/**
 * Keeps other processes from downloading the same file, which would mix their parts. A lock whose process has ended counts
 * for nothing.
 *
 * @param path the file that is the lock
 * @param name what is downloaded
 * @returns releases it
 * @throws EngineLoadError while another process has it
 */
export function holdDownload(path: string, name: string): () => void {
  const holder = holderOf(path)
  if (holder !== null && isRunning(holder)) {
    throw new EngineLoadError(
      `${name} is being downloaded by the process ${holder}: wait for it, or end it (lock: ${path}).`,
    )
  }
  rmSync(path, { force: true })
  try {
    writeFileSync(path, String(process.pid), { flag: 'wx' })
  } catch (error) {
    throw new EngineLoadError(`${name} cannot be downloaded: ${(error as Error).message}.`)
  }
  return () => rmSync(path, { force: true })
}

function holderOf(path: string): number | null {
  try {
    return Number(readFileSync(path, 'utf8')) || null
  } catch {
    return null
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
