import type { ServerProcess } from './server-process.ts'

/** The column of this project in every table. */
export const OURS = 'Continuo'

/** A participant in a comparison, started and idle. */
export interface Contender<Running = ServerProcess> {
  /** Its name in the table. */
  readonly name: string
  readonly running: Running
}

/** Measurements by contender, one per round. */
export type Samples = ReadonlyMap<string, readonly number[]>

/**
 * Measures contenders in turn, round after round, in reverse order every other round, so that changes of the machine
 * affect all alike. Only the measured one runs.
 *
 * @param measure measures one contender once, and returns named figures
 * @returns the samples of each figure
 */
export async function interleave<Running extends Pausable>(
  rounds: number,
  contenders: readonly Contender<Running>[],
  measure: (contender: Contender<Running>) => Promise<Readonly<Record<string, number>>>,
): Promise<ReadonlyMap<string, Samples>> {
  const figures = new Map<string, Map<string, number[]>>()
  for (const { running } of contenders) running.pause()
  for (let round = 0; round < rounds; round++) {
    for (const contender of round % 2 === 0 ? contenders : contenders.toReversed()) {
      contender.running.resume()
      const found = await measure(contender)
      contender.running.pause()
      for (const [figure, value] of Object.entries(found)) {
        const samples = figures.get(figure) ?? new Map<string, number[]>()
        figures.set(figure, samples)
        samples.set(contender.name, [...(samples.get(contender.name) ?? []), value])
      }
    }
  }
  return figures
}

/** A contender that is stopped while others are measured. */
export interface Pausable {
  pause(): void
  resume(): void
}

/** A contender that runs only while it is measured. */
export const NEVER_IDLE: Pausable = { pause: () => undefined, resume: () => undefined }
