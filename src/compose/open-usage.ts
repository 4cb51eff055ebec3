import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CompletionError } from '../completion/completion-error.ts'
import type { Config } from '../config/config.ts'
import type { Instance } from '../state/instance.ts'
import type { State } from '../state/state.ts'
import { StateError } from '../state/state-error.ts'
import { PriceTable } from '../usage/price-table.ts'
import { readStoredPrices } from '../usage/stored-prices.ts'
import { UsageJournal } from '../usage/usage-journal.ts'
import { UsageRecorder } from '../usage/usage-recorder.ts'
import { UsageWriter } from '../usage/usage-writer.ts'
import { describeError } from '../wire/error-body.ts'

/** How usage gets into the state. */
export interface OpenUsage {
  readonly recorder: UsageRecorder
  readonly journal: UsageJournal
  readonly writer: UsageWriter
  readonly prices: PriceTable
  /** Takes over the prices of the database. */
  loadPrices(): Promise<void>
  /** Takes over what the journal holds, if the database is up. */
  close(): Promise<void>
}

/** What usage is opened with. */
export interface OpenUsageOptions {
  /** The id under which requests of an id or alias are recorded. */
  readonly resolveModel: (id: string) => string
  /** Called with one line for the log when rows are being lost, and what to do. */
  readonly onProblem: (text: string) => void
}

/** Opens the journal of an instance, and begins to take it over into the state. */
export async function openUsage(
  state: State,
  instance: Instance,
  config: Pick<Config, 'stateFolder' | 'usage' | 'prices'>,
  options: OpenUsageOptions,
): Promise<OpenUsage> {
  const temporary = state.location.kind === 'memory' ? mkdtempSync(join(tmpdir(), 'continuo-usage-')) : null
  const journal = openJournal({
    // States must not take over each other's rows, wherever their files are.
    folder: join(temporary ?? config.stateFolder, 'usage', state.id),
    instanceId: instance.id,
    isSynced: config.usage.sync,
  })
  const { onProblem, resolveModel } = options
  const prices = new PriceTable(config.prices, resolveModel)
  const writer = new UsageWriter({ state, journal, onProblem })
  const recorder = new UsageRecorder({
    journal,
    prices,
    whenFull: config.usage.whenFull,
    nowMs: () => instance.nowMs(),
    statusOf: (code) => describeError(new CompletionError(code, '')).status,
    onProblem,
  })
  await writer.start()
  return {
    recorder,
    journal,
    writer,
    prices,
    loadPrices: async () => prices.setStored(await readStoredPrices(state)),
    async close() {
      await recorder.close()
      await writer.stop()
      if (temporary !== null) rmSync(temporary, { recursive: true, force: true })
    },
  }
}

function openJournal(options: ConstructorParameters<typeof UsageJournal>[0]): UsageJournal {
  try {
    return new UsageJournal(options)
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new StateError('not-writable', `the journal of usage: ${reason}`)
  }
}
