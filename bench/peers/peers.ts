import { join } from 'node:path'
import type { BenchOptions } from '../bench-options.ts'
import { install } from './install.ts'
import { litellmProxy } from './litellm.ts'
import { nodeHttpProxy } from './node-http-proxy.ts'
import type { ProxyUnderTest } from './peer.ts'
import { portkeyGateway } from './portkey.ts'

/** The peers of this project, each installed at its first use. */
export class Peers {
  readonly #options: BenchOptions
  readonly #log: (line: string) => void
  readonly #leftOut = new Map<string, string>()
  #llamaFolder: Promise<string[]> | null = null

  constructor(options: BenchOptions, log: (line: string) => void) {
    this.#options = options
    this.#log = log
    if (options.withPeers) return
    for (const name of ['llama-server and llama-batched-bench', 'Portkey', 'LiteLLM'])
      this.#omit(name, `peers are not wanted (${options.scale === 'smoke' ? '--smoke' : '--no-peers'})`)
  }

  /** A line for each peer that was to be measured and was not, with the reason. */
  get leftOut(): readonly string[] {
    return [...this.#leftOut].map(([name, reason]) => `${name} is left out: ${reason}`)
  }

  /** Starts the proxies, always including the bare one. One that cannot be installed is left out, with a message. */
  async proxies(): Promise<readonly ProxyUnderTest[]> {
    if (!this.#options.withPeers) return [nodeHttpProxy]
    const { cacheFolder } = this.#options
    const others = await Promise.all([
      this.#unlessMissing('Portkey', () => portkeyGateway(cacheFolder)),
      this.#unlessMissing('LiteLLM', () => litellmProxy(cacheFolder)),
    ])
    return [nodeHttpProxy, ...others.flat()]
  }

  /** The folder of llama.cpp's programs, built if needed; null without them. */
  async llamaFolder(): Promise<string | null> {
    if (!this.#options.withPeers) return null
    this.#llamaFolder ??= this.#unlessMissing('llama-server and llama-batched-bench', () =>
      install([join(import.meta.dirname, 'build-llama-cpp')]),
    )
    const [folder] = await this.#llamaFolder
    return folder ?? null
  }

  async #unlessMissing<Peer>(name: string, prepare: () => Promise<Peer>): Promise<Peer[]> {
    try {
      return [await prepare()]
    } catch (error) {
      this.#omit(name, (error as Error).message)
      this.#log(`${name} is left out: ${(error as Error).message}`)
      return []
    }
  }

  #omit(name: string, reason: string): void {
    this.#leftOut.set(name, reason.replaceAll(/\s+/g, ' '))
  }
}
