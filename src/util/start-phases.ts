/** When a phase of a start ended, in milliseconds since 1970, by its name. */
export type StartPhases = Readonly<Record<string, number>>

const ends = new Map<string, number>()

/** Records that a phase of this process's start has ended; only its first end counts. */
export function endStartPhase(name: string): void {
  if (!ends.has(name)) ends.set(name, performance.timeOrigin + performance.now())
}

/** The phases of this process so far. */
export function startPhases(): StartPhases {
  return Object.fromEntries(ends)
}

/** The phases of a process as milliseconds since this process began. */
export function sinceStart(phases: StartPhases): Record<string, number> {
  return Object.fromEntries(
    Object.entries(phases).map(([name, end]) => [name, Math.round((end - performance.timeOrigin) * 10) / 10]),
  )
}
