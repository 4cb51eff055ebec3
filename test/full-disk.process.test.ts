import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { DECLARED_ADMIN_KEY, DECLARED_KEY, StateServer, startCountingUpstream } from './state-server.ts'

// A server whose disk is really full: a small one of its own, which only root may mount.

const DISK_MIB = 24
const PATIENT = { timeout: 60_000, interval: 500 }

function mountDisk(): string | null {
  const folder = mkdtempSync(join(tmpdir(), 'continuo-disk-'))
  const { status } = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${DISK_MIB}m`, 'tmpfs', folder])
  if (status === 0) return folder
  rmSync(folder, { recursive: true })
  return null
}

const disk = process.platform === 'linux' && process.getuid?.() === 0 ? mountDisk() : null
afterAll(() => {
  if (disk === null) return
  spawnSync('umount', ['-l', disk])
  rmSync(disk, { recursive: true, force: true })
})

/** Takes every byte that is left. */
function fill(folder: string): string {
  const path = join(folder, 'filler')
  const chunk = Buffer.alloc(4_096)
  for (let isFull = false; !isFull; ) {
    const { bavail } = statfsSync(folder)
    try {
      writeFileSync(path, bavail > 0 ? Buffer.alloc(bavail * 4_096) : chunk, { flag: 'a' })
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error
      isFull = statfsSync(folder).bavail === 0
    }
  }
  return path
}

it.skipIf(disk === null)(
  'a full disk refuses requests, and what was acknowledged is in the reports once there is space again',
  { timeout: 180_000 },
  async () => {
    const folder = disk ?? ''
    const upstream = await startCountingUpstream()
    const place = join(folder, 'state')
    const server = await StateServer.start({ place, stateFolder: place, upstreamUrl: upstream.url })
    const acknowledged: string[] = []
    async function ask(): Promise<number | undefined> {
      const response = await server.complete(DECLARED_KEY)
      if (response?.status === 200) acknowledged.push(response.requestId)
      return response?.status
    }
    expect(await ask()).toBe(200)
    const filler = fill(folder)
    // The file may have space left in its last block.
    await expect.poll(ask, { timeout: 60_000, interval: 10 }).toBe(529)
    expect(await server.send('/health', DECLARED_KEY)).toMatchObject({ status: 200 })
    await server.process.waitForOutput(/make room on the disk/)
    rmSync(filler)
    await expect.poll(ask, PATIENT).toBe(200)

    const start = new Date(Date.now() - 24 * 60 * 60_000).toISOString().slice(0, 10)
    async function outputTokens(): Promise<number> {
      const path = `/v1/organizations/usage_report/messages?starting_at=${start}T00:00:00Z`
      const { data } = (await (await server.send(path, DECLARED_ADMIN_KEY)).json()) as {
        data: { results: { output_tokens: number }[] }[]
      }
      return data.flatMap(({ results }) => results).reduce((sum, row) => sum + row.output_tokens, 0)
    }
    const tokens = await tokensOfOne(server)
    expect(tokens).toBeGreaterThan(0)
    await expect.poll(outputTokens, PATIENT).toBe((acknowledged.length + 1) * tokens)
  },
)

/** How many tokens each request's reply has. */
async function tokensOfOne(server: StateServer): Promise<number> {
  const response = await server.send('/v1/messages', DECLARED_KEY, {
    model: 'claude-2.1',
    max_tokens: 16,
    messages: [{ role: 'user', content: 'Count.' }],
  })
  const { usage } = (await response.json()) as { usage: { output_tokens: number } }
  return usage.output_tokens
}
