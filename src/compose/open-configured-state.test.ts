import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { newFolder } from '../../test/databases.ts'
import { openConfiguredState } from './open-configured-state.ts'

/** A place that not even the superuser can write to: below a file. */
async function unwritablePlace(): Promise<string> {
  const file = join(await newFolder(), 'file')
  writeFileSync(file, '')
  return join(file, 'state')
}

describe('openConfiguredState', () => {
  it('opens none', async () => {
    expect(await openConfiguredState({ place: 'none', isDefault: true }, expect.unreachable)).toBeNull()
  })

  it('takes memory for a default folder that cannot be written, and warns', async () => {
    const place = await unwritablePlace()
    const warnings: string[] = []
    const state = await openConfiguredState({ place, isDefault: true }, (text) => warnings.push(text))
    expect(state?.name).toBe('memory')
    expect(warnings).toEqual([expect.stringContaining(place)])
    expect(warnings[0]).toContain('kept in memory')
    await state?.close()
  })

  it('refuses a folder that a setting names', async () => {
    const place = await unwritablePlace()
    await expect(openConfiguredState({ place, isDefault: false }, expect.unreachable)).rejects.toMatchObject({
      code: 'not-writable',
      message: expect.stringContaining(place),
    })
  })
})
