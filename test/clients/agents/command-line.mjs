/** Runs a program of an agent with an empty home, so that none of the user's settings are read. */
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const folder = mkdtempSync(join(tmpdir(), 'continuo-agent-'))
export const home = join(folder, 'home')
const work = join(folder, 'work')
mkdirSync(home)
mkdirSync(work)

/** @returns what it prints */
export function run(file, args, env) {
  const { PATH, TMPDIR } = process.env
  const whole = { PATH, ...(TMPDIR ? { TMPDIR } : {}), HOME: home, ...env }
  const { status, stdout, stderr } = spawnSync(file, args, {
    cwd: work,
    env: whole,
    stdio: ['ignore', 'pipe', 'pipe'],
    encoding: 'utf8',
    timeout: 60_000,
  })
  if (status === 0) return stdout
  throw new Error(`${file} ended with ${status}: ${stdout} ${stderr}`.slice(0, 4_000))
}
