import type { Config } from '../config/config.ts'
import { Duty } from '../state/duty.ts'
import type { Instance } from '../state/instance.ts'
import type { State } from '../state/state.ts'
import { removeOldUsage } from '../usage/retention.ts'

const INTERVAL_MS = 10 * 60_000

/** The duty of removing rows whose time is over: one instance does it for all. */
export function retentionDuty(
  state: State,
  instance: Instance,
  { retentionDays }: Pick<Config, 'retentionDays'>,
): Duty {
  return new Duty(state, {
    name: 'retention',
    holder: instance.id,
    intervalMs: INTERVAL_MS,
    work: (_, signal) => removeOldUsage(state, { nowMs: instance.nowMs(), retentionDays, signal }),
  })
}
