import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { describe, expect, it } from 'vitest'

/** Starts a process that never ends, and never ends either. */
const PROGRAM = `
  import { spawn } from 'node:child_process'
  import { endChildrenWithThisProcess } from ${JSON.stringify(new URL('./end-children.ts', import.meta.url))}
  endChildrenWithThisProcess()
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000); console.log("runs")'], {
    stdio: ['ignore', 'inherit', 'inherit'],
    detached: true,
  })
  setInterval(() => {}, 1000)`

const canEndChildren = process.platform === 'linux' && spawnSync('setpriv', ['--version']).status === 0

describe.skipIf(!canEndChildren)('endChildrenWithThisProcess', () => {
  it('ends the children of a process that is killed', async () => {
    const program = spawn(process.execPath, ['--input-type=module', '-e', PROGRAM], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const [output] = await once(program.stdout, 'data')
    expect(String(output)).toBe('runs\n')
    program.kill('SIGKILL')
    // Both processes hold the pipe: it closes when the last one has ended.
    await once(program.stdout.resume(), 'close')
  })
})
