import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { runContinuo } from '../../test/run-continuo.ts'

const PATIENCE_MS = 60_000

describe('continuo doctor', () => {
  it(
    'shows what is found, and fails where a server could not listen',
    async () => {
      const folder = mkdtempSync(join(tmpdir(), 'continuo-doctor-'))
      const configPath = join(folder, 'continuo.json')
      const taken = createServer()
      await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve))
      const { port } = taken.address() as AddressInfo
      try {
        writeFileSync(configPath, JSON.stringify({ port: 0 }))
        const well = await runContinuo(['doctor', '--config', configPath])
        expect(well.code).toBe(0)
        expect(well.stdout).toMatch(/^✓ Continuo {6}\d+\.\d+\.\d+ on Node \d+/m)
        expect(well.stdout).toMatch(/^✓ llama\.cpp/m)
        expect(well.stdout).not.toContain('✗')
        writeFileSync(configPath, JSON.stringify({ port }))
        const ill = await runContinuo(['doctor', '--config', configPath])
        expect(ill.code).toBe(1)
        expect(ill.stdout).toContain(`127.0.0.1:${port} is in use: stop what uses it`)
      } finally {
        taken.close()
        rmSync(folder, { recursive: true })
      }
    },
    PATIENCE_MS,
  )
})

describe('continuo completion', () => {
  it.skipIf(process.platform === 'win32')(
    'completes commands, their flags and what follows them',
    async () => {
      const { code, stdout: script } = await runContinuo(['completion', 'bash'])
      expect(code).toBe(0)
      const complete = (...words: string[]) => {
        const program = `${script}\nCOMP_WORDS=("$@"); COMP_CWORD=$(($#-1)); _continuo; echo "\${COMPREPLY[@]}"`
        return execFileSync('bash', ['-c', program, 'bash', 'continuo', ...words], {
          encoding: 'utf8',
        }).trim()
      }
      expect(complete('serv')).toBe('serve')
      expect(complete('serve', '--por')).toBe('--port')
      expect(complete('models', 'rem')).toBe('remove')
      const fish = await runContinuo(['completion', 'fish'])
      expect(fish.stdout).toMatch(
        /^complete -c continuo -n '__fish_seen_subcommand_from serve' -l port -d 'The port/m,
      )
      expect((await runContinuo(['completion', 'tcsh'])).stderr).toMatch(
        /Allowed choices are bash, zsh, fish/,
      )
    },
    PATIENCE_MS,
  )
})
