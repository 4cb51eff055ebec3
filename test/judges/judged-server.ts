import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type SteadyOptions, SteadyServer } from '../steady-server.ts'
import { Violation } from '../violation.ts'
import { type ProbeResponses, probedEnvironment, probedProcessIds, probeProcess } from './process-holding.ts'
import { MAX_STALL_MS, type Stall } from './stall-watch.ts'

/** How a server is started that is judged. */
export interface JudgedOptions extends Omit<SteadyOptions, 'environment'> {
  readonly environment?: Readonly<Record<string, string>>
  /** Modules that its processes load before anything of theirs, after the probe. */
  readonly preloads?: readonly string[]
}

/** A process of a server. */
export type ProcessName = 'server' | 'engine'
/** Every {@link ProcessName}. */
export const PROCESS_NAMES: readonly ProcessName[] = ['server', 'engine']

/** A server whose processes say what they hold, what they use and how long they stood still. */
export class JudgedServer {
  readonly steady: SteadyServer
  readonly #probeFolder: string

  private constructor(steady: SteadyServer, probeFolder: string) {
    this.steady = steady
    this.#probeFolder = probeFolder
  }

  static async start({ environment, preloads, ...options }: JudgedOptions = {}): Promise<JudgedServer> {
    const probeFolder = mkdtempSync(join(tmpdir(), 'continuo-probe-'))
    try {
      const probed = probedEnvironment(probeFolder, preloads)
      const steady = await SteadyServer.start({ ...options, environment: { ...environment, ...probed } })
      const server = new JudgedServer(steady, probeFolder)
      // A model is loaded in one piece, before anybody asks anything.
      await server.takeStalls()
      return server
    } catch (error) {
      rmSync(probeFolder, { recursive: true, force: true })
      throw error
    }
  }

  get port(): number {
    return Number(new URL(this.steady.url).port)
  }

  get isRunning(): boolean {
    const { exitCode, signalCode } = this.steady.process.child
    return exitCode === null && signalCode === null
  }

  /** @throws Violation when the engine's process is another one than in the beginning, or gone */
  processId(name: ProcessName): number {
    if (name === 'server') return this.steady.processId
    const others = probedProcessIds(this.#probeFolder).filter((id) => id !== this.steady.processId)
    const [engineId] = others
    if (engineId !== undefined && others.length === 1) return engineId
    throw new Violation(
      'the engine',
      `there were ${others.length} processes of it; one was to live through all`,
    )
  }

  /** @throws Violation when the process does not answer */
  async probe<Word extends keyof ProbeResponses>(
    name: ProcessName,
    word: Word,
  ): Promise<ProbeResponses[Word]> {
    const processId = this.processId(name)
    try {
      return await probeProcess(this.#probeFolder, processId, word)
    } catch (cause) {
      if (cause instanceof Violation) throw new Violation(`the ${name}`, cause.message, { cause })
      throw new Violation(`the ${name}`, 'its process has ended', { cause })
    }
  }

  /** Processor time that both have used so far. */
  async processorMs(): Promise<number> {
    const times = await Promise.all(PROCESS_NAMES.map((name) => this.probe(name, 'processorMs')))
    return times.reduce((sum, time) => sum + time, 0)
  }

  /** Every stall of either event loop since the last call that others would feel. */
  async findStalls(): Promise<Violation[]> {
    const stalls = await this.takeStalls()
    return stalls.filter(({ stalledMs }) => stalledMs > MAX_STALL_MS).map(stallViolation)
  }

  /** Every stall since the last call that was long enough for a line. */
  async takeStalls(): Promise<NamedStall[]> {
    const taken = await Promise.all(
      PROCESS_NAMES.map(async (name) =>
        (await this.probe(name, 'stalls')).map((stall) => ({ ...stall, name })),
      ),
    )
    return taken.flat()
  }

  /** What the server wrote and what its upstream was asked need not be kept for ever. */
  forget(): void {
    const { process, upstream } = this.steady
    process.stderr = ''
    upstream.requests.length = 0
    upstream.cancelledAtMs.length = 0
  }

  async close(): Promise<void> {
    await this.steady.close()
    // An engine that stands still does not see that its server is gone.
    for (const processId of probedProcessIds(this.#probeFolder)) endNow(processId, this.#probeFolder)
    rmSync(this.#probeFolder, { recursive: true, force: true })
  }
}

/** Ends a process that listens in a folder; by now its id may be that of another. */
function endNow(processId: number, probeFolder: string): void {
  try {
    if (!readFileSync(`/proc/${processId}/environ`, 'latin1').includes(probeFolder)) return
    process.kill(processId, 'SIGKILL')
  } catch {
    // It has ended.
  }
}

/** A stall, and whose. */
export interface NamedStall extends Stall {
  readonly name: ProcessName
}

function stallViolation({ name, stalledMs, ranMs, waitedMs, endedAtMs }: NamedStall): Violation {
  const ending = new Date(endedAtMs).toISOString()
  return new Violation(
    `the event loop of the ${name}`,
    `it stood still for ${stalledMs} ms until ${ending} (${ranMs} ms on a processor, ${waitedMs} ms more in wait of one)`,
  )
}
