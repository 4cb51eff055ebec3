import type { Engine } from '../src/completion/engine.ts'
import { type ComposeAppOptions, composeApp } from '../src/compose/compose-app.ts'
import type { App } from '../src/http/app.ts'
import { type RunningServer, type ServeOptions, serve } from '../src/http/server/serve.ts'
import { ModelCatalog } from '../src/models/model-catalog.ts'
import type { Readiness } from '../src/serving/engine-directory.ts'
import type { UsageRecord } from '../src/usage/usage-record.ts'
import { type ApiRules, DEFAULT_API_RULES } from '../src/wire/api-rules.ts'
import { directoryOf } from './ready-engine.ts'

/** Differences from the default settings. */
export interface ScriptedSettings extends Partial<Omit<ComposeAppOptions, 'rules' | 'logger' | 'engines'>> {
  readonly rules?: Partial<ApiRules>
  readonly readiness?: Readiness
  readonly limits?: ServeOptions['limits']
}

/** An application on an engine, with its log, its records and its metrics. */
export interface ScriptedApp {
  readonly app: App
  readonly logLines: Record<string, unknown>[]
  readonly usageRecords: UsageRecord[]
}

/** Such an application on a port. */
export interface ScriptedServer extends ScriptedApp, RunningServer {}

export const TEST_ORGANIZATION_ID = '6b1c2a4e-52b0-4b57-9c3c-0d3a8f1e7b11'

/** The parts of every application in a test. */
export const TEST_APP_SETTINGS = {
  catalog: new ModelCatalog({ configuredModelIds: [] }),
  apiKeys: ['K'],
  sharedCache: false,
  allowedHosts: null,
  organizationId: TEST_ORGANIZATION_ID,
  signatureSecret: 'a secret',
  minCachedTokens: 10,
  maxRequestMemoryBytes: 512 * 1024 * 1024,
  rules: DEFAULT_API_RULES,
}

/** Creates an application in which one engine serves every model. */
export function createScriptedApp(engine: Engine, settings: ScriptedSettings = {}): ScriptedApp {
  const { rules, readiness, limits: _, ...overrides } = settings
  const logLines: Record<string, unknown>[] = []
  const usageRecords: UsageRecord[] = []
  const write = (fields: object, message: string) => void logLines.push({ ...fields, message })
  const { app } = composeApp({
    ...TEST_APP_SETTINGS,
    engines: directoryOf(engine, readiness),
    recordUsage: (record) => void usageRecords.push(record),
    logger: { debug: write, info: write, error: write },
    ...overrides,
    rules: { ...DEFAULT_API_RULES, ...rules },
  })
  return { app, logLines, usageRecords }
}

/** Starts such an application on a free port. */
export async function startScriptedServer(
  engine: Engine,
  settings: ScriptedSettings = {},
): Promise<ScriptedServer> {
  const testApp = createScriptedApp(engine, settings)
  const { limits } = settings
  const server = await serve(testApp.app.handle, {
    host: '127.0.0.1',
    port: 0,
    ...(limits === undefined ? {} : { limits }),
  })
  return { ...testApp, ...server }
}
