import { describe, expect, it } from 'vitest'
import { describeOnDatabases, newFolder } from '../../test/databases.ts'
import { recordUsage } from '../../test/random-usage.ts'
import { runContinuo } from '../../test/run-continuo.ts'
import { usageRow } from '../../test/usage-rows.ts'

const RANGE = ['--from', '2026-11-29', '--to', '2026-11-30']

describeOnDatabases('continuo usage', (database) => {
  it('prints what the state of a server holds', async () => {
    const place = await database.newPlace()
    const state = await database.open({ place })
    const at = Date.UTC(2026, 10, 30, 12)
    await recordUsage(state, [
      usageRow({ requestId: 'a', at, outputCost: 2_000_000_001 }),
      usageRow({ requestId: 'b', at, model: 'other' }),
    ])
    const usage = (...words: string[]) => runContinuo(['usage', '--state', place, ...RANGE, ...words])
    const table = await usage()
    expect(table).toMatchObject({ code: 0, stderr: '' })
    expect(table.stdout).toMatch(/^Day +Model +Requests .*\n2026-11-30 {2}model +1 .*\n.*other.*\nTotal +2 /)
    const { stdout: json } = await usage('--by', 'workspace,model', '--json')
    expect(JSON.parse(json)).toMatchObject([
      { model: 'model', workspaceId: 'wrkspc_1', costUsd: '2.000012951' },
      { model: 'other', costUsd: '0.00003795' },
    ])
    const { stdout: csv } = await usage('--by', 'day', '--csv')
    expect(csv.split('\r\n')[1]).toMatch(/^2026-11-30,2,0,/)
  })
})

describe('continuo usage without a state', () => {
  it('reports where a state would have to be', async () => {
    const folder = await newFolder()
    const missing = await runContinuo(['usage', '--state', folder])
    expect(missing).toMatchObject({ code: 2, stdout: '' })
    expect(missing.stderr).toContain(`There is no state in ${folder}: start a server first`)
    const inMemory = await runContinuo(['usage', '--state', 'memory'])
    expect(inMemory.stderr).toContain('ask the server')
    const days = await runContinuo(['usage', '--from', '2026-11-30', '--to', '2026-11-29'])
    expect(days).toMatchObject({ code: 2, stderr: 'continuo: --from is a day after --to.\n' })
  })
})
