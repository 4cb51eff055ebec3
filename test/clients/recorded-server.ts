import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Anthropic from '@anthropic-ai/sdk'
import type { RunningServer } from '../../src/http/server/serve.ts'
import { type RecordableEngine, RecordingEngine } from '../../src/recordings/recording-engine.ts'
import { ReplayEngine } from '../../src/recordings/replay-engine.ts'
import { RECORDING_SCHEMA } from '../../src/recordings/settings.ts'
import { ScriptedEngine } from '../scripted-engine.ts'
import { createScriptedApp, startScriptedServer } from '../start-scripted-server.ts'

/** What the programs ask a server that only plays, and what was recorded. */
export const RECORDED = {
  recordedQuestion: 'Say something that was recorded.',
  recordedText: 'Café 🦀\u2028日本語\u0085 once more',
} as const

class RecordedEngine extends ScriptedEngine implements RecordableEngine {
  readonly isReady = true
  readonly isUnresponsive = false
  readonly description = 'a script'
  async close(): Promise<void> {}
}

/** Records a message with the TypeScript client, and starts a server that plays it, for any client and API. */
export async function startRecordedServer(model: string): Promise<RunningServer> {
  const folder = mkdtempSync(join(tmpdir(), 'continuo-recorded-'))
  const { mode: _, ...settings } = RECORDING_SCHEMA.parse({ folder })
  const engine = new RecordedEngine({
    steps: ['Café', ' 🦀\u2028日', '本語\u0085 once', ' more', { ends: 'end-of-generation' }],
  })
  const options = { mode: 'record', settings, version: 'proof', onWarning() {} } as const
  const { app } = createScriptedApp(await RecordingEngine.open(engine, options), {
    apiKeys: [],
    access: 'open',
  })
  const client = new Anthropic({ apiKey: 'any', fetch: app.fetch })
  const messages = [{ role: 'user' as const, content: RECORDED.recordedQuestion }]
  await client.messages.create({ model, max_tokens: 50, messages })
  const player = await ReplayEngine.open(settings)
  rmSync(folder, { recursive: true })
  return startScriptedServer(player, { apiKeys: [], access: 'open' })
}
