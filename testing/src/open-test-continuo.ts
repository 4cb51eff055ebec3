import { fileURLToPath } from 'node:url'
import { type ConfigOverrides, openContinuo, type RunningServer, serve } from 'continuo'
import { RequestLog, type SentRequest } from './request-log.ts'
import { TestFaults } from './test-faults.ts'

type RecordingMode = NonNullable<NonNullable<ConfigOverrides['recording']>['mode']>

/** Where recordings are, and what is recorded. */
export interface TestContinuoOptions {
  /** The folder of the recordings: a path, or a URL such as `new URL('./recordings/', import.meta.url)`. */
  readonly recordings: string | URL
  /** `replay` by default; `CONTINUO_RECORDING` takes the place of that default. */
  readonly mode?: RecordingMode
  /** A configuration file, whose default engine is recorded; without it the demonstration model is. */
  readonly config?: string | URL
}

/** The Claude API and OpenAI's in the process of a test, with recordings for a model. */
export interface TestContinuo {
  /** Responds without a network: pass it to a client as its `fetch`. */
  readonly fetch: typeof fetch
  /** What goes wrong. */
  readonly faults: TestFaults
  /** What was sent, the oldest first. */
  readonly requests: readonly SentRequest[]
  /**
   * Listens on a free port of this machine, for programs that take a base URL.
   *
   * @returns the URL, without a slash at the end
   */
  listen(): Promise<string>
  /**
   * Checks that a request was sent whose body holds these members; those that it does not name may be any.
   *
   * @throws AssertionError
   */
  assertSent(body: object): void
  /** Forgets faults and requests, for the next test. */
  reset(): void
  close(): Promise<void>
}

/** Opens the API with recordings. Nothing else is opened unless something is recorded. */
export async function openTestContinuo({
  recordings,
  mode,
  config,
}: TestContinuoOptions): Promise<TestContinuo> {
  const continuo = await openContinuo({
    // What fails on purpose is no matter for a log.
    logLevel: 'silent',
    recording: {
      folder: pathOf(recordings),
      ...(mode === undefined ? {} : { mode }),
    },
    ...(config === undefined ? {} : { configPath: pathOf(config) }),
  })
  const log = new RequestLog()
  const faults = new TestFaults(continuo.faults)
  let server: RunningServer | null = null
  return {
    fetch: log.watchFetch(continuo.fetch),
    faults,
    get requests() {
      return log.requests
    },
    async listen() {
      server ??= await serve(log.watchHandle(continuo.handle), { host: '127.0.0.1', port: 0 })
      return server.url
    },
    assertSent: (body) => log.assertSent(body),
    reset() {
      faults.clear()
      log.clear()
    },
    async close() {
      server?.closeNow()
      await continuo.close()
    },
  }
}

function pathOf(place: string | URL): string {
  return place instanceof URL || place.startsWith('file:') ? fileURLToPath(place) : place
}
