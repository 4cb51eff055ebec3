import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { type AddressInfo, connect, createServer } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { GcLog } from './gc-log.ts'
import { type Processors, pinned } from './processors.ts'

/** The slowest peer takes 15 s to start on a busy machine. */
const START_TIMEOUT_MS = 120_000
const POLL_MS = 10
/** Most characters of a server's output that are kept, to explain a failure. */
const KEPT_OUTPUT_CHARACTERS = 4_000
/** Ticks per second of processor time in `/proc`. */
const CLOCK_TICKS_PER_SECOND = 100
const PAGE_BYTES = 4_096

/** How to start a server. */
export interface ServerProgram {
  readonly command: readonly string[]
  readonly port: number
  readonly processors: Processors
  readonly env?: NodeJS.ProcessEnv
}

/** A free port, for programs that need to be given one. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

const running = new Set<ServerProcess>()

/** Kills every running server, before this process ends. */
export function killServers(): void {
  for (const server of running) server.kill()
}

/** A measured server, with its child processes. */
export class ServerProcess {
  readonly port: number
  readonly #child: ChildProcess
  readonly #gcLog = new GcLog()
  #output = ''

  private constructor(program: ServerProgram) {
    const [file = '', ...args] = pinned(program.command, program.processors)
    this.port = program.port
    // In a process group of its own, so that signals reach its children.
    this.#child = spawn(file, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
      env: { ...process.env, ...program.env },
    })
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.#output = `${this.#output}${text}`.slice(-KEPT_OUTPUT_CHARACTERS)
      })
    }
    this.#child.stdout?.on('data', (text: string) => this.#gcLog.push(text))
    handPriorityOn(this.#child.pid)
    running.add(this)
    this.#child.on('exit', () => running.delete(this))
  }

  /**
   * Starts a server and returns before it is ready.
   *
   * @see ServerProcess.start
   */
  static launch(program: ServerProgram): ServerProcess {
    return new ServerProcess(program)
  }

  /**
   * Starts a server and waits until `GET` on a path returns 200.
   *
   * @throws Error with the end of its output when it does not become ready
   */
  static async start(program: ServerProgram, healthPath: string): Promise<ServerProcess> {
    const server = new ServerProcess(program)
    try {
      await server.#untilHealthy(healthPath)
      return server
    } catch (error) {
      server.kill()
      throw error
    }
  }

  /** The end of its standard output and standard error. */
  get output(): string {
    return this.#output
  }

  /** Waits until its port takes connections. */
  async untilListening(): Promise<void> {
    await this.#until(() => canConnect(this.port))
  }

  /** Stops all its processes, so that it takes nothing from the measured contender. */
  pause(): void {
    this.#signal('SIGSTOP')
  }

  resume(): void {
    this.#signal('SIGCONT')
  }

  /** Processor time of it and its children in milliseconds; 0 where the system does not report it. */
  cpuMs(): number {
    const ticks = this.#processes().reduce((sum, { ticks }) => sum + ticks, 0)
    return (ticks / CLOCK_TICKS_PER_SECOND) * 1000
  }

  /** Processor time of its main thread in milliseconds; 0 where the system does not report it. */
  mainThreadCpuMs(): number {
    const { pid } = this.#child
    const ticks = pid === undefined ? 0 : (readProcess(`${pid}/task/${pid}`)?.ticks ?? 0)
    return (ticks / CLOCK_TICKS_PER_SECOND) * 1000
  }

  /** How long its main thread has waited for a processor, in milliseconds; 0 where the system does not report it. */
  mainThreadWaitMs(): number {
    try {
      const [, waitedNs] = readFileSync(`/proc/${this.#child.pid}/schedstat`, 'utf8').split(' ')
      return Number(waitedNs) / 1e6
    } catch {
      return 0
    }
  }

  /** Its pauses for collections of garbage since the last call, if it was started with `GC_LOG_FLAG`. */
  takeGcPausesMs(): readonly number[] {
    return this.#gcLog.take()
  }

  /** Resident memory of it and its children; 0 where the system does not report it. */
  residentBytes(): number {
    return this.#processes().reduce((sum, { pages }) => sum + pages, 0) * PAGE_BYTES
  }

  /** The same, but memory that processes share counts once: its proportional set size. */
  proportionalBytes(): number {
    return this.#processes().reduce((sum, { id }) => sum + readProportionalBytes(id), 0)
  }

  /** Kills it and waits until it has exited. */
  async stop(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return
    const exited = once(this.#child, 'exit')
    this.kill()
    await exited
  }

  kill(): void {
    this.#signal('SIGKILL')
  }

  #signal(signal: NodeJS.Signals): void {
    if (this.#child.pid === undefined) return
    try {
      process.kill(-this.#child.pid, signal)
    } catch {
      // It has already exited.
    }
  }

  /** The processes of its group. */
  #processes(): { id: string; ticks: number; pages: number }[] {
    if (process.platform !== 'linux') return []
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .flatMap((id) => {
        const found = readProcess(id)
        return found === null ? [] : [{ id, ...found }]
      })
      .filter(({ group }) => group === this.#child.pid)
  }

  async #untilHealthy(path: string): Promise<void> {
    await this.#until(async () => {
      const response = await fetch(`http://127.0.0.1:${this.port}${path}`).catch(() => null)
      await response?.arrayBuffer()
      return response?.ok ?? false
    })
  }

  async #until(isReached: () => Promise<boolean>): Promise<void> {
    const startedMs = performance.now()
    while (!(await isReached())) {
      const hasEnded = this.#child.exitCode !== null || this.#child.signalCode !== null
      if (hasEnded || performance.now() - startedMs > START_TIMEOUT_MS) {
        throw new Error(`${this.#child.spawnargs.join(' ')} did not become ready: ${this.#output.trim()}`)
      }
      await delay(POLL_MS)
    }
  }
}

/**
 * Passes on the priority of the runner's session. Linux divides processors among sessions first, and a process group of its
 * own is a session of its own.
 *
 * @see sched(7), "The autogroup feature"
 */
function handPriorityOn(processId: number | undefined): void {
  try {
    const nice = /nice (-?\d+)/.exec(readFileSync('/proc/self/autogroup', 'utf8'))?.[1]
    if (nice !== undefined && nice !== '0') writeFileSync(`/proc/${processId}/autogroup`, nice)
  } catch {
    // This system has no such groups, or does not permit it.
  }
}

/**
 * @param id of a process, or the path of a thread, as `1/task/2`
 * @see proc(5): of `/proc/<pid>/stat`, fields 5, 14, 15 and 24
 */
function readProcess(id: string): { group: number; ticks: number; pages: number } | null {
  try {
    const stat = readFileSync(`/proc/${id}/stat`, 'utf8')
    // The second field is a name in parentheses that may contain anything.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    const field = (number: number) => Number(fields[number - 3])
    return { group: field(5), ticks: field(14) + field(15), pages: field(24) }
  } catch {
    // It has just exited.
    return null
  }
}

/** @see proc(5): `/proc/<pid>/smaps_rollup` */
function readProportionalBytes(id: string): number {
  try {
    const kilobytes = /^Pss: +(\d+) kB/m.exec(readFileSync(`/proc/${id}/smaps_rollup`, 'utf8'))?.[1]
    return Number(kilobytes ?? 0) * 1024
  } catch {
    return 0
  }
}

function canConnect(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false))
    socket.once('connect', () => socket.destroy())
  })
}
