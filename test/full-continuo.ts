import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Continuo } from '../src/compose/continuo.ts'
import { openContinuo } from '../src/open-continuo.ts'
import { PLATFORM_ADMIN_KEY, PLATFORM_KEY } from './routes/platform-route.ts'
import { ScriptedUpstream } from './scripted-upstream.ts'
import { countingModel } from './upstream-model.ts'

/** A Continuo with everything that one may have. */
export interface FullContinuo {
  readonly continuo: Continuo
  close(): Promise<void>
}

/** Limits of the Admin API that no test reaches. */
const UNREACHED = { requestsPerMinute: 1_000_000_000, invitesPerHour: 1_000_000_000 }

/** Opens one before a scripted upstream: with a state in memory, admin keys, metrics, limits and prices. */
export async function openFullContinuo(settings: object = {}): Promise<FullContinuo> {
  const upstream = await ScriptedUpstream.start(countingModel('openai-chat'))
  const folder = mkdtempSync(join(tmpdir(), 'continuo-full-'))
  const configPath = join(folder, 'continuo.json')
  const remote = { kind: 'openai-chat', baseUrls: [upstream.url], model: 'remote-model', maxRetries: 0 }
  const configuration = {
    apiKeys: [PLATFORM_KEY],
    adminKeys: [PLATFORM_ADMIN_KEY],
    stateFolder: folder,
    engines: { remote },
    limits: { organization: { requestsPerMinute: 1_000_000_000 }, adminApi: UNREACHED },
    prices: { '*': { input: 1, output: 2 } },
    // What would run takes processor time that is measured for other requests.
    batches: { concurrency: 0 },
    ...settings,
  }
  writeFileSync(configPath, JSON.stringify(configuration))
  const close = async () => {
    await upstream.close()
    rmSync(folder, { recursive: true, force: true })
  }
  try {
    const continuo = await openContinuo({ configPath, state: 'memory' })
    return {
      continuo,
      async close() {
        await continuo.close()
        await close()
      },
    }
  } catch (error) {
    await close()
    throw error
  }
}
