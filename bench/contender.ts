import type { ServerProcess } from './server-process.ts'

/** The column of this project in every table. */
export const OURS = 'Continuo'

/** Who takes part in a comparison, started and waiting. */
export interface Contender<Running = ServerProcess> {
  /** As the table names it. */
  readonly name: string
  readonly running: Running
}

/** Measurements by contender, one for each round. */
export type Samples = ReadonlyMap<string, readonly number[]>

/**
 * Measures contenders in turn, round after round, every other round backwards: what the machine does meanwhile falls on
 * all alike. Only the one that is measured runs.
 *
 * @param measure what one contender does in one round, as named figures
 * @returns of each figure its samples
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

/** What stands still while others are measured. */
export interface Pausable {
  pause(): void
  resume(): void
}

/** For what runs only while it is measured. */
export const NEVER_IDLE: Pausable = { pause: () => undefined, resume: () => undefined }
