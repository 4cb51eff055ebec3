import { closeSync, openSync } from 'node:fs'
import { CamelCasePlugin, Kysely } from 'kysely'
import { makeFolder } from '../../util/make-folder.ts'
import { Availability } from '../availability.ts'
import type { Database } from '../database.ts'
import type { DatabaseViews } from '../database-views.ts'
import { StateError } from '../state-error.ts'
import type { StateLocation } from '../state-location.ts'
import { MAX_TRANSACTION_MS, REPORT_TIMEOUT_MS, STATEMENT_TIMEOUT_MS } from '../time-limits.ts'
import { SqliteDialect } from './sqlite-dialect.ts'
import type { SqliteDriverOptions } from './sqlite-driver.ts'
import { MAX_PENDING_STATEMENTS, SqliteThread } from './sqlite-thread.ts'
import { TransactionGate } from './transaction-gate.ts'

/** How long a statement waits for another process that writes to the same file. */
const BUSY_TIMEOUT_MS = 5_000

/** Opens SQLite in a folder, which is made where it is missing, or in memory. */
export function openSqlite(location: StateLocation & { kind: 'folder' | 'memory' }): DatabaseViews {
  const file = location.kind === 'memory' ? ':memory:' : location.file
  if (location.kind === 'folder') makeFile(location.folder, location.file)
  const availability = new Availability()
  const openThread = (isReadOnly: boolean) =>
    new SqliteThread({ file, isReadOnly, busyTimeoutMs: BUSY_TIMEOUT_MS, availability })
  const writer = openThread(false)
  // Memory belongs to one connection. A file is read beside its writer.
  const reader = location.kind === 'memory' ? writer : openThread(true)
  const writerGate = new TransactionGate(MAX_PENDING_STATEMENTS)
  const readerGate = reader === writer ? writerGate : new TransactionGate(MAX_PENDING_STATEMENTS)
  const view = (options: Partial<SqliteDriverOptions>): Kysely<Database> =>
    new Kysely<Database>({
      dialect: new SqliteDialect({
        thread: writer,
        gate: writerGate,
        isDurable: true,
        statementTimeoutMs: STATEMENT_TIMEOUT_MS,
        maxTransactionMs: MAX_TRANSACTION_MS,
        ...options,
      }),
      plugins: [new CamelCasePlugin()],
    })
  const unlimited = view({
    statementTimeoutMs: Number.POSITIVE_INFINITY,
    maxTransactionMs: Number.POSITIVE_INFINITY,
  })
  return {
    kind: 'sqlite',
    db: view({}),
    relaxed: view({ isDurable: false }),
    reports: view({ thread: reader, gate: readerGate, statementTimeoutMs: REPORT_TIMEOUT_MS }),
    isUp: () => availability.isUp,
    withoutTimeLimit: (run) => run(unlimited),
    close: async () => {
      await Promise.all([writer.close(), reader.close()])
    },
  }
}

/** The file holds hashes of passwords and keys, so that only its owner may read it; SQLite's others follow it. */
function makeFile(folder: string, file: string): void {
  try {
    makeFolder(folder)
    closeSync(openSync(file, 'a', 0o600))
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new StateError('not-writable', `state in ${folder}: ${reason}`)
  }
}
