import type { BenchOptions } from './bench-options.ts'
import type { LoadGenerator } from './load/load-generator.ts'
import type { Peers } from './peers/peers.ts'
import type { Table } from './report.ts'

/** The parameters of every comparison. */
export interface Bench {
  readonly options: BenchOptions
  readonly peers: Peers
  readonly load: LoadGenerator
  /** Reports progress to people. */
  readonly log: (line: string) => void
}

/** One section: measurements of one kind, and their contenders. */
export interface Comparison {
  /** Its name on the command line. */
  readonly section: string
  run(bench: Bench): Promise<readonly Table[]>
}
