import { once } from 'node:events'
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { isWholeRequest } from '../is-whole-request.ts'

/** The bytes of a response, and what follows them. */
export interface RawScript {
  readonly pieces: readonly Uint8Array[]
  /** Between two pieces. */
  readonly pauseMs: number
  readonly ending: 'close' | 'reset' | 'stay'
}

/** Another server as bytes on a socket: it can break every rule. Which script it plays, a prompt says. */
export class RawUpstream {
  readonly #server: Server
  readonly #sockets = new Set<Socket>()
  readonly #scripts = new Map<number, RawScript>()
  #nextNumber = 1

  private constructor() {
    this.#server = createServer((socket) => void this.#serve(socket))
  }

  static async start(): Promise<RawUpstream> {
    const upstream = new RawUpstream()
    upstream.#server.listen(0, '127.0.0.1')
    await once(upstream.#server, 'listening')
    return upstream
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  /** Plays a script to every request whose prompt holds the text that `use` is given. */
  async play<Result>(script: RawScript, use: (promptText: string) => Promise<Result>): Promise<Result> {
    const number = this.#nextNumber++
    this.#scripts.set(number, script)
    try {
      return await use(`Script: ${number}.`)
    } finally {
      this.#scripts.delete(number)
    }
  }

  async close(): Promise<void> {
    this.#server.close()
    for (const socket of this.#sockets) socket.destroy()
  }

  async #serve(socket: Socket): Promise<void> {
    this.#sockets.add(socket)
    socket.on('error', () => undefined).once('close', () => this.#sockets.delete(socket))
    let received = ''
    socket.setEncoding('latin1').on('data', (text: string) => {
      received += text
      const number = /Script: (\d+)\./.exec(received)?.[1]
      if (number === undefined || !isWholeRequest(received)) return
      received = ''
      void this.#response(socket, this.#scripts.get(Number(number)))
    })
  }

  async #response(socket: Socket, script: RawScript | undefined): Promise<void> {
    for (const piece of script?.pieces ?? []) {
      if (socket.destroyed) return
      socket.write(piece)
      if (script && script.pauseMs > 0) await delay(script.pauseMs)
    }
    if (script?.ending === 'stay') return
    if (script?.ending === 'reset') socket.resetAndDestroy()
    else socket.end()
  }
}
