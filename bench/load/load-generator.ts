import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { type Processors, pinned } from '../processors.ts'
import type { LoadJob, LoadResult } from './load-job.ts'

/** Most jobs last a hundredth of this; sixteen long prompts on a slow machine may need half. */
const JOB_TIMEOUT_MS = 600_000

interface LoadResponse {
  readonly result?: LoadResult
  readonly failure?: string
}

/** A load generator in a process of its own. */
export class LoadGenerator {
  readonly #child: ChildProcess

  /** @param processors those it may run on */
  constructor(processors: Processors) {
    const program = [process.execPath, join(import.meta.dirname, 'load-process.ts')]
    const [file = '', ...args] = pinned(program, processors)
    this.#child = spawn(file, args, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
  }

  /**
   * Runs one job.
   *
   * @throws Error when the target cannot be reached, or when no request of the job completed
   */
  async run(job: LoadJob): Promise<LoadResult> {
    this.#child.send(job)
    const signal = AbortSignal.timeout(JOB_TIMEOUT_MS)
    const [response] = (await once(this.#child, 'message', { signal })) as [LoadResponse]
    const { result } = response
    if (result === undefined) throw new Error(`the load could not be made: ${response.failure}`)
    if (result.completed === 0) throw new Error(`no request completed: ${result.firstFailure}`)
    return result
  }

  close(): void {
    this.#child.disconnect()
  }
}
