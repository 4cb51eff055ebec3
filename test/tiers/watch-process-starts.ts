import childProcess, { ChildProcess } from 'node:child_process'
import { syncBuiltinESMExports } from 'node:module'
import workerThreads from 'node:worker_threads'

const SYNC_STARTS = ['spawnSync', 'execSync', 'execFileSync'] as const

/** Calls `onStart` before this process starts another one, or loads the native code that loads models. */
export function watchProcessStarts(onStart: (what: string) => void): void {
  const prototype = ChildProcess.prototype as unknown as Record<'spawn', (...args: unknown[]) => unknown>
  watch(prototype, 'spawn', () => onStart('starts a process'))
  for (const name of SYNC_STARTS) {
    watch(childProcess as unknown as Record<typeof name, (...args: unknown[]) => unknown>, name, () =>
      onStart('starts a process'),
    )
  }
  syncBuiltinESMExports()
  const native = process as unknown as Record<'dlopen', (...args: unknown[]) => unknown>
  watch(native, 'dlopen', (_module, path) => {
    if (String(path).includes('koffi')) onStart('loads llama.cpp')
  })
}

/** Calls `onStart` when this process starts a thread. */
export function watchThreadStarts(onStart: () => void): void {
  workerThreads.Worker = class extends workerThreads.Worker {
    constructor(...args: ConstructorParameters<typeof workerThreads.Worker>) {
      onStart()
      super(...args)
    }
  }
  syncBuiltinESMExports()
}

function watch<Name extends string>(
  owner: Record<Name, (...args: unknown[]) => unknown>,
  name: Name,
  before: (...args: unknown[]) => void,
): void {
  const original = owner[name]
  owner[name] = function (this: unknown, ...args: unknown[]) {
    before(...args)
    return original.apply(this, args)
  }
}
