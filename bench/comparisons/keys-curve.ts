import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openState } from '../../src/state/state.ts'
import type { ApiKeysTable } from '../../src/state/tables/api-keys-table.ts'
import { fillTable } from '../../test/fill-table.ts'
import type { Bench } from '../bench.ts'
import type { BenchScale } from '../bench-options.ts'
import { WHOLE_TEXT } from '../load/canned-responses.ts'
import { CannedUpstream, INSTANT_WHOLE } from '../load/canned-upstream.ts'
import { continuoProxy, startContinuoBefore } from '../peers/continuo.ts'
import { point } from '../point-row.ts'
import type { Row } from '../report.ts'

const KEYS: Record<BenchScale, readonly number[]> = {
  full: [10, 1_000, 10_000, 100_000],
  quick: [10, 1_000, 100_000],
  smoke: [10, 20],
}
const REQUESTS: Record<BenchScale, number> = { full: 10_000, quick: 5_000, smoke: 20 }
const CONNECTIONS = 16

/** A server whose state has more and more keys: when it is ready, what it holds, what a request costs. */
export async function keysCurve(bench: Bench): Promise<Row[]> {
  const rows: Row[] = []
  for (const keys of KEYS[bench.options.scale]) {
    bench.log(`scaling: ${keys} keys`)
    rows.push(...(await measure(bench, keys)))
  }
  return rows
}

async function measure({ load, options }: Bench, keys: number): Promise<Row[]> {
  const folder = mkdtempSync(join(tmpdir(), 'continuo-keys-'))
  const upstream = await CannedUpstream.start(INSTANT_WHOLE)
  try {
    await fill(folder, keys)
    const startedMs = performance.now()
    const server = await startContinuoBefore(upstream.port, ['--state', folder, '--api-key', 'any'])
    const readyMs = performance.now() - startedMs
    try {
      const megabytes = server.residentBytes() / 1e6
      const target = { ...continuoProxy.target(server.port, false), expectedText: WHOLE_TEXT }
      const job = { type: 'closed-loop', target, connections: CONNECTIONS, cancelEvery: 0 } as const
      const requests = REQUESTS[options.scale]
      await load.run({ ...job, requests })
      const beforeMs = server.cpuMs()
      const { completed } = await load.run({ ...job, requests })
      const title = `${keys.toLocaleString('en-US')} keys`
      return [
        point(`${title}: ready`, 'ms', readyMs),
        point(`${title}: memory when ready`, 'MB', megabytes),
        point(`${title}: processor time a request`, 'µs', ((server.cpuMs() - beforeMs) * 1_000) / completed),
      ]
    } finally {
      await server.stop()
    }
  } finally {
    upstream.close()
    rmSync(folder, { recursive: true, force: true })
  }
}

async function fill(folder: string, keys: number): Promise<void> {
  const state = await openState(folder)
  if (state === null) throw new Error('a folder is not none')
  try {
    await fillTable(keys, async (from, count) => {
      await state.db
        .insertInto('apiKeys')
        .values(Array.from({ length: count }, (_, index) => keyRow(from + index)))
        .execute()
    })
  } finally {
    await state.close()
  }
}

function keyRow(number: number): ApiKeysTable {
  return {
    id: `apikey_${number}`,
    secretSha256: createHash('sha256').update(`secret ${number}`).digest('hex'),
    ...{
      kind: 'api',
      hint: null,
      name: `key ${number}`,
      workspaceId: null,
      principalId: null,
      createdBy: null,
    },
    ...{
      createdAt: 0,
      status: 'active',
      expiresAt: null,
      origin: 'console',
      allowedModels: null,
      lastUsedAt: null,
    },
  }
}
