import { join } from 'node:path'
import type { BenchOptions } from '../bench-options.ts'
import { install } from './install.ts'
import { litellmProxy } from './litellm.ts'
import { nodeHttpProxy } from './node-http-proxy.ts'
import type { ProxyUnderTest } from './peer.ts'
import { portkeyGateway } from './portkey.ts'

/** Who is measured beside this project, made ready when it is first asked for. */
export class Peers {
  readonly #options: BenchOptions
  readonly #say: (line: string) => void
  #llamaFolder: Promise<string[]> | null = null

  constructor(options: BenchOptions, say: (line: string) => void) {
    this.#options = options
    this.#say = say
  }

  /** Proxies, the bare one always. One that cannot be had is left out, and that is said. */
  async proxies(): Promise<readonly ProxyUnderTest[]> {
    if (!this.#options.withPeers) return [nodeHttpProxy]
    const { cacheFolder } = this.#options
    const others = await Promise.all([
      this.#unlessMissing('Portkey', () => portkeyGateway(cacheFolder)),
      this.#unlessMissing('LiteLLM', () => litellmProxy(cacheFolder)),
    ])
    return [nodeHttpProxy, ...others.flat()]
  }

  /** Where llama.cpp's programs are, built if need be; null without them. */
  async llamaFolder(): Promise<string | null> {
    if (!this.#options.withPeers) return null
    this.#llamaFolder ??= this.#unlessMissing('llama.cpp', () =>
      install([join(import.meta.dirname, 'build-llama-cpp')]),
    )
    const [folder] = await this.#llamaFolder
    return folder ?? null
  }

  async #unlessMissing<Peer>(name: string, prepare: () => Promise<Peer>): Promise<Peer[]> {
    try {
      return [await prepare()]
    } catch (error) {
      this.#say(`${name} is left out: ${(error as Error).message}`)
      return []
    }
  }
}
