import { describe, expect, it } from 'vitest'
import { runContinuo } from '../../test/run-continuo.ts'

describe('continuo models', () => {
  it('lists every id with its engine', async () => {
    const { code, stdout } = await runContinuo(['models'])
    expect(code).toBe(0)
    expect(stdout).toMatch(/^claude-2\.1\s+2023-\d\d-\d\d\s+default\s+Claude 2\.1$/m)
    expect(stdout).toMatch(/^continuo-demo\s/m)
  })
})
