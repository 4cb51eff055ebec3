import koffi from 'koffi'

/** `PR_SET_PDEATHSIG` of `prctl`. */
const SET_PARENT_DEATH_SIGNAL = 1
const SIGKILL = 9

/**
 * Makes Linux kill this process when the server that started it ends, even if it is stopped or stuck in a call. On other
 * systems such a process stays until its user kills it.
 */
export function exitWithParent(): void {
  if (process.platform !== 'linux') return
  const prctl = koffi.load(null).func('int prctl(int, ulong, ulong, ulong, ulong)')
  prctl(SET_PARENT_DEATH_SIGNAL, SIGKILL, 0, 0, 0)
}
