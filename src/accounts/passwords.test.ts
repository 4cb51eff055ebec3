import { describe, expect, it } from 'vitest'
import { PASSWORD_LOG2_COST, Passwords } from './passwords.ts'

const CHEAP = new Passwords(4)

describe('Passwords', () => {
  it('are right or wrong, by what is kept of them', async () => {
    const stored = await CHEAP.hash('correct horse')
    expect(stored).toMatch(/^scrypt\$4\$[\w-]{22}\$[\w-]{43}$/)
    expect(await CHEAP.isRight('correct horse', stored)).toBe(true)
    expect(await CHEAP.isRight('correct horse ', stored)).toBe(false)
    expect(await new Passwords(5).isRight('correct horse', stored)).toBe(true)
    expect(await CHEAP.hash('correct horse')).not.toBe(stored)
  })

  it('are the same however a keyboard writes them', async () => {
    const stored = await CHEAP.hash('caf\u00e9 caf\u00e9')
    expect(await CHEAP.isRight('cafe\u0301 cafe\u0301', stored)).toBe(true)
  })

  it.each([null, '', 'scrypt', 'scrypt$4$$', 'plain$4$YQ$YQ'])(
    'are wrong where %j is kept',
    async (stored) => {
      expect(await CHEAP.isRight('', stored)).toBe(false)
    },
  )

  it('cost a quarter of a second each', async () => {
    expect(PASSWORD_LOG2_COST).toBe(17)
    expect(await new Passwords().hash('a')).toMatch(/^scrypt\$17\$/)
  })

  it('wait for each other, and not too many', async () => {
    const passwords = new Passwords(10)
    const hashed = await Promise.allSettled(Array.from({ length: 40 }, () => passwords.hash('a')))
    expect(hashed.filter(({ status }) => status === 'fulfilled')).toHaveLength(32)
    await expect(passwords.hash('a')).resolves.toMatch(/^scrypt/)
  })
})
