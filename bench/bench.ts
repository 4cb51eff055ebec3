import type { BenchOptions } from './bench-options.ts'
import type { LoadGenerator } from './load/load-generator.ts'
import type { Peers } from './peers/peers.ts'
import type { Table } from './report.ts'

/** What every comparison is given. */
export interface Bench {
  readonly options: BenchOptions
  readonly peers: Peers
  readonly load: LoadGenerator
  /** Tells people what goes on. */
  readonly say: (line: string) => void
}

/** One section of the program: some measurements of one kind, with who takes part. */
export interface Comparison {
  /** Its name on the command line. */
  readonly section: string
  run(bench: Bench): Promise<readonly Table[]>
}
