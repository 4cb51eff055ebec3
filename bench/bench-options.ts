import { homedir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'

/** How much to measure. */
export type BenchScale = 'full' | 'quick' | 'smoke'

/** The options of the command line. */
export interface BenchOptions {
  readonly sections: readonly string[]
  readonly rounds: number
  readonly scale: BenchScale
  /** Whether to measure others too. */
  readonly withPeers: boolean
  /** The folder of peers and random models. */
  readonly cacheFolder: string
}

const DEFAULT_ROUNDS: Record<BenchScale, number> = { full: 5, quick: 3, smoke: 1 }

/**
 * Reads the command line.
 *
 * @throws Error when it is invalid
 */
export function readBenchOptions(args: readonly string[], sections: readonly string[]): BenchOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      only: { type: 'string' },
      rounds: { type: 'string' },
      quick: { type: 'boolean', default: false },
      smoke: { type: 'boolean', default: false },
      'no-peers': { type: 'boolean', default: false },
      cache: { type: 'string', default: defaultCacheFolder() },
    },
  })
  const chosen = values.only?.split(',') ?? sections
  const unknown = chosen.find((name) => !sections.includes(name))
  if (unknown !== undefined) throw new Error(`there is no section ${unknown}`)
  const scale = values.smoke ? 'smoke' : values.quick ? 'quick' : 'full'
  const rounds = Number(values.rounds ?? DEFAULT_ROUNDS[scale])
  if (!Number.isInteger(rounds) || rounds < 1) throw new Error('--rounds is a whole number from 1')
  const withPeers = !values['no-peers'] && scale !== 'smoke'
  return { sections: chosen, rounds, scale, withPeers, cacheFolder: values.cache }
}

/** The folder that `bench/peers/build-llama-cpp` builds into. */
function defaultCacheFolder(): string {
  return join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'continuo')
}

/** The help text. */
export function usage(sections: readonly string[]): string {
  return `npm run bench -- [--only <section>,…] [--rounds <count>] [--quick | --smoke] [--no-peers] [--cache <folder>]
sections: ${sections.join(', ')}
--quick measures for shorter and in fewer rounds; --smoke only proves that the program works, on this project alone`
}
