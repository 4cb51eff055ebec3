import { JOURNAL_WRITE_BUCKETS_SECONDS } from './duration-buckets.ts'
import { Counter, Gauge, type Registry } from './prometheus-client.ts'
import { SeriesHistogram } from './series-histogram.ts'

/** What is known of a state and of the journal of usage. */
export interface StateFigures {
  readonly isUp: boolean
  readonly liveInstances: number
  /** Bytes of the journal that are not in the database yet. */
  readonly journalBytes: number
  /** Rows since the process started: in the database, not recorded, and refused by the database. */
  readonly writtenRows: number
  readonly droppedRows: number
  readonly rejectedRows: number
}

/** The state that a server shares with others. A server without one has no such series. */
export class StateMetrics {
  /** Takes how long one write to the journal took. */
  readonly observeJournalWrite: (seconds: number) => void
  #figures: () => StateFigures | null = () => null

  constructor(registry: Registry) {
    const figures = () => this.#figures()
    const gauge = (name: string, help: string, read: (figures: StateFigures) => number) =>
      new Gauge({
        name,
        help,
        registers: [registry],
        collect() {
          const known = figures()
          if (known === null) this.remove()
          else this.set(read(known))
        },
      })
    const counter = (name: string, help: string, read: (figures: StateFigures) => number) =>
      new Counter({
        name,
        help,
        registers: [registry],
        collect() {
          const known = figures()
          this.remove()
          if (known !== null) this.inc(read(known))
        },
      })
    gauge('continuo_state_up', 'Whether the database responded to the last statement.', ({ isUp }) =>
      Number(isUp),
    )
    gauge(
      'continuo_instances_live',
      'Instances that share the state, this one included.',
      ({ liveInstances }) => liveInstances,
    )
    gauge(
      'continuo_usage_journal_bytes',
      'Bytes of the journal of usage that are not in the database yet.',
      ({ journalBytes }) => journalBytes,
    )
    counter(
      'continuo_usage_rows_written_total',
      'Rows of usage that were taken over into the database.',
      ({ writtenRows }) => writtenRows,
    )
    counter(
      'continuo_usage_rows_dropped_total',
      'Rows of usage that were not recorded, because the journal was full or the disk took no more.',
      ({ droppedRows }) => droppedRows,
    )
    counter(
      'continuo_usage_rows_rejected_total',
      'Rows of usage that the database refused, now in files beside the journal.',
      ({ rejectedRows }) => rejectedRows,
    )
    const writes = new SeriesHistogram({
      name: 'continuo_usage_journal_write_seconds',
      help: 'Time of one write to the journal of usage, of the rows that came in one turn of the event loop.',
      labelNames: [],
      buckets: JOURNAL_WRITE_BUCKETS_SECONDS,
      registry,
    })
    this.observeJournalWrite = (seconds) => writes.observe('', () => ({}), seconds)
  }

  /** Shows the figures of a state, which are asked for whenever somebody reads. */
  show(figures: () => StateFigures): void {
    this.#figures = figures
  }
}
