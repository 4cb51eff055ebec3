import koffi from 'koffi'

/** `PR_SET_PDEATHSIG` of `prctl`. */
const SET_PARENT_DEATH_SIGNAL = 1
const SIGKILL = 9

/**
 * Has Linux end this process together with the server that started it, also where it is stopped or in a call that never
 * ends. Elsewhere a process that is, and that the server did not end, is left to its user.
 */
export function exitWithParent(): void {
  if (process.platform !== 'linux') return
  const prctl = koffi.load(null).func('int prctl(int, ulong, ulong, ulong, ulong)')
  prctl(SET_PARENT_DEATH_SIGNAL, SIGKILL, 0, 0, 0)
}
