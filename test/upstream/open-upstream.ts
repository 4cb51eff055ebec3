import { onTestFinished } from 'vitest'
import { DIALECTS, type UpstreamKind } from '../../src/engines/upstream/dialects/dialects.ts'
import { UpstreamEngine, type UpstreamEngineEvents } from '../../src/engines/upstream/upstream-engine.ts'
import { ScriptedUpstream } from '../scripted-upstream.ts'
import { type ScriptedServer, startScriptedServer } from '../start-scripted-server.ts'
import { type UpstreamSettingsChange, upstreamSettings } from '../upstream-settings.ts'

/** Every kind of upstream. */
export const UPSTREAM_KINDS = Object.keys(DIALECTS) as UpstreamKind[]

/** An engine in front of a scripted upstream; both are closed when the test ends. */
export async function openEngine(
  script: ScriptedUpstream['script'],
  settings: UpstreamSettingsChange = {},
  events: UpstreamEngineEvents = {},
): Promise<{ readonly upstream: ScriptedUpstream; readonly engine: UpstreamEngine }> {
  const upstream = await ScriptedUpstream.start(script)
  return { upstream, engine: openEngineAt(upstream, settings, events) }
}

/** An engine in front of an existing upstream; both are closed when the test ends. */
export function openEngineAt(
  upstream: { readonly url: string; close(): Promise<void> },
  settings: UpstreamSettingsChange = {},
  events: UpstreamEngineEvents = {},
): UpstreamEngine {
  const engine = new UpstreamEngine(
    upstreamSettings({ kind: 'openai-chat', baseUrls: [upstream.url], ...settings }),
    events,
  )
  onTestFinished(async () => {
    await engine.close()
    await upstream.close()
  })
  return engine
}

/** The whole stack in front of a scripted upstream; all of it is closed when the test ends. */
export async function openServer(
  script: ScriptedUpstream['script'],
  settings: UpstreamSettingsChange = {},
): Promise<ScriptedServer & { readonly upstream: ScriptedUpstream; close(): Promise<void> }> {
  const { upstream, engine } = await openEngine(script, settings)
  const server = await startScriptedServer(engine)
  const close = async () => server.closeNow()
  onTestFinished(close)
  return { ...server, upstream, close }
}
