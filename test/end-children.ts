import { ChildProcess, spawnSync } from 'node:child_process'

interface SpawnOptions {
  file: string
  args: string[]
}

/**
 * Makes Linux kill every child process when this process ends, however it ends: a server must not outlive the test that
 * started it. On other systems, and without `setpriv` of util-linux, the children of a killed test keep running.
 */
export function endChildrenWithThisProcess(): void {
  if (process.platform !== 'linux' || spawnSync('setpriv', ['--version']).status !== 0) return
  const prototype = ChildProcess.prototype as unknown as { spawn(options: SpawnOptions): unknown }
  const { spawn } = prototype
  prototype.spawn = function ({ file, args, ...options }) {
    const [name = '', ...words] = ['setpriv', '--pdeathsig', 'KILL', '--', file, ...args.slice(1)]
    return spawn.call(this, { ...options, file: name, args: [name, ...words] })
  }
}
