import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { newFolder } from './databases.ts'
import { ContinuoProcess } from './run-continuo.ts'
import { ScriptedUpstream } from './scripted-upstream.ts'
import { countingModel } from './upstream-model.ts'

/** A key that the configuration of every such server declares. */
export const DECLARED_KEY = 'declared-key'
export const DECLARED_ADMIN_KEY = 'declared-admin-key'

/** How long a server may take to start, on a busy machine, beside others that start too. */
const START_MS = 120_000

/** What a server is started with. */
export interface StateServerOptions {
  /** Where the state is. */
  readonly place: string
  /** The folder beside a PostgreSQL state, which a machine's servers share. */
  readonly stateFolder: string
  readonly upstreamUrl: string
  /** More of the configuration file. */
  readonly settings?: object
}

/** Starts the upstream of such servers. */
export async function startCountingUpstream(
  kind: Parameters<typeof countingModel>[0] = 'openai-chat',
): Promise<ScriptedUpstream> {
  const upstream = await ScriptedUpstream.start(countingModel(kind))
  onTestFinished(() => upstream.close())
  return upstream
}

/** `continuo serve` with a state, before an upstream that counts to five; it is killed when the test ends. */
export class StateServer {
  readonly process: ContinuoProcess
  readonly url: string

  private constructor(process: ContinuoProcess, url: string) {
    this.process = process
    this.url = url
  }

  static async start({
    place,
    stateFolder,
    upstreamUrl,
    settings,
  }: StateServerOptions): Promise<StateServer> {
    const configPath = join(await newFolder(), 'continuo.json')
    const remote = { kind: 'openai-chat', baseUrls: [upstreamUrl], model: 'remote-model', maxRetries: 0 }
    const { limits }: { readonly limits?: object } = settings ?? {}
    const configuration = {
      port: 0,
      apiKeys: [DECLARED_KEY],
      adminKeys: [DECLARED_ADMIN_KEY],
      stateFolder,
      engines: { remote },
      ...settings,
      // Tests ask again and again until something has happened.
      limits: { adminApi: { requestsPerMinute: 100_000 }, ...limits },
    }
    writeFileSync(configPath, JSON.stringify(configuration))
    const server = new ContinuoProcess(['serve', '--config', configPath, '--state', place])
    onTestFinished(async () => {
      server.child.kill('SIGKILL')
      await server.exited
    })
    const [, url = ''] = await server.waitForOutput(/Continuo listens on (\S+)/, START_MS)
    return new StateServer(server, url)
  }

  /** Ends it in the middle of what it does. */
  async kill(): Promise<void> {
    this.process.child.kill('SIGKILL')
    await this.process.exited
  }

  /** Ends it as a service manager does. */
  async stop(): Promise<void> {
    this.process.child.kill('SIGTERM')
    await this.process.exited
  }

  /** Requests a completion and reads it to its end. Returns null if the connection broke. */
  async complete(key: string, stream = false): Promise<{ status: number; requestId: string } | null> {
    const messages = [{ role: 'user', content: 'Count.' }]
    try {
      const response = await this.send('/v1/messages', key, {
        model: 'claude-2.1',
        max_tokens: 16,
        messages,
        stream,
      })
      const text = await response.text()
      if (stream && response.ok && !text.includes('event: message_stop')) return null
      return { status: response.status, requestId: response.headers.get('request-id') ?? '' }
    } catch {
      return null
    }
  }

  /** Sends a request; without a body it is a GET. */
  send(path: string, key: string, body?: object): Promise<Response> {
    const headers = {
      'x-api-key': key,
      'anthropic-version': '2023-06-01',
      'content-type': 'application/json',
    }
    return fetch(`${this.url}${path}`, {
      headers,
      ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }),
    })
  }
}
