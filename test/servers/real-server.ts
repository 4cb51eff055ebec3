import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'

/** Most time to load a small model. */
const PATIENCE_MS = 90_000
/** Most characters of a server's output that are kept. */
const MAX_LOG_CHARACTERS = 4_000

/** The command of a server. */
export interface ServerCommand {
  readonly program: string
  readonly arguments: (port: number) => readonly string[]
  readonly folder: string
  /** A path that returns success, with this key, once the model is loaded. */
  readonly readyPath: string
  readonly apiKey: string
}

/** Running processes; none of them may outlive this one. */
const running = new Set<ChildProcess>()
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL')
})

/** Another project's server, as a process on loopback that can be killed and restarted on its port. */
export class RealServer {
  readonly port: number
  readonly #command: ServerCommand
  #process: ChildProcess | null = null
  #log = ''

  private constructor(command: ServerCommand, port: number) {
    this.#command = command
    this.port = port
  }

  static async start(command: ServerCommand): Promise<RealServer> {
    const server = new RealServer(command, await freePort())
    await server.startAgain()
    return server
  }

  /** Ends every server, also those that did not become ready. */
  static async killAll(): Promise<void> {
    await Promise.all([...running].map(killProcess))
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`
  }

  /** @throws Error with the end of its output when it does not become ready */
  async startAgain(): Promise<void> {
    const { program, folder } = this.#command
    const child = spawn(program, [...this.#command.arguments(this.port)], { cwd: folder })
    this.#process = child
    running.add(child)
    child.once('close', () => running.delete(child))
    this.#log = ''
    for (const output of [child.stdout, child.stderr]) {
      output.setEncoding('utf8').on('data', (text: string) => {
        this.#log = (this.#log + text).slice(-MAX_LOG_CHARACTERS)
      })
    }
    const startedMs = performance.now()
    while (!(await this.#isReady())) {
      if (child.exitCode !== null || performance.now() - startedMs > PATIENCE_MS) {
        throw new Error(`${program} did not become ready; the end of its output:\n${this.#log}`)
      }
      await delay(50)
    }
  }

  /** Kills it. */
  async kill(): Promise<void> {
    if (this.#process !== null) await killProcess(this.#process)
    this.#process = null
  }

  /** The JSON response to a GET. */
  async get(path: string): Promise<unknown> {
    const response = await fetch(`${this.url}${path}`, { headers: this.#headers() })
    if (!response.ok) throw new Error(`${path} was answered ${response.status}`)
    return response.json()
  }

  /** The JSON response to a POST of JSON. */
  async post(path: string, body: object): Promise<unknown> {
    const headers = { ...this.#headers(), 'content-type': 'application/json' }
    const response = await fetch(`${this.url}${path}`, {
      method: 'POST',
      headers,
      body: JSON.stringify(body),
    })
    if (!response.ok) throw new Error(`${path} was answered ${response.status}`)
    return response.json()
  }

  #headers(): Record<string, string> {
    return { authorization: `Bearer ${this.#command.apiKey}` }
  }

  async #isReady(): Promise<boolean> {
    const response = await fetch(`${this.url}${this.#command.readyPath}`, { headers: this.#headers() }).catch(
      () => null,
    )
    await response?.arrayBuffer()
    return response?.ok ?? false
  }
}

async function killProcess(child: ChildProcess): Promise<void> {
  if (!running.has(child)) return
  child.kill('SIGKILL')
  await once(child, 'close')
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new Error('there is no free port')
  return address.port
}
