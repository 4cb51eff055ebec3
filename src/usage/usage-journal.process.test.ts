import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { newFolder } from '../../test/databases.ts'

describe('UsageJournal', () => {
  it('keeps whole lines when the disk takes half a one, and reports it', async () => {
    const folder = await newFolder()
    const script = `
      import { UsageJournal } from '${new URL('./usage-journal.ts', import.meta.url)}'
      import { usageRow } from '${new URL('../../test/usage-rows.ts', import.meta.url)}'
      const journal = new UsageJournal({ folder: '${folder}', instanceId: 'mine' })
      let acknowledged = 0
      let failed = 0
      for (let n = 0; n < 40; n++) {
        try {
          await journal.append(usageRow({ requestId: 'r' + n }))
          acknowledged++
        } catch (error) {
          failed++
          console.error(error.code)
        }
      }
      console.log(JSON.stringify({ acknowledged, failed, pendingBytes: journal.pendingBytes }))`
    // A limit on the size of files stands in for a full disk: both take a part of what is written, then fail.
    const limited = `trap '' XFSZ; ulimit -f 4; exec "$0" --input-type=module -e "$1"`
    const { stdout, stderr } = spawnSync('bash', ['-c', limited, process.execPath, script], {
      encoding: 'utf8',
    })
    const { acknowledged, failed, pendingBytes } = JSON.parse(stdout)
    expect(stderr).toContain('EFBIG')
    expect(failed).toBeGreaterThan(0)
    const [name = ''] = readdirSync(folder)
    const text = readFileSync(join(folder, name), 'utf8')
    expect(text.endsWith('\n')).toBe(true)
    const ids = text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line)[0])
    expect(ids).toEqual(Array.from({ length: acknowledged }, (_, n) => `r${n}`))
    expect(text.length).toBe(pendingBytes)
  })
})
