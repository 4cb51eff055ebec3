import { MIGRATIONS } from '../src/state/migrations/migrations.ts'
import type { StateMigration } from '../src/state/migrations/state-migration.ts'
import { openState, type State } from '../src/state/state.ts'

/** A process that opens a state and runs a task during which a test kills it. It reports its progress to its parent. */
const [place = '', task = '', label = ''] = process.argv.slice(2)

const send = (message: unknown): void => {
  process.send?.(message)
}

/** A migration that never ends. */
const endless: StateMigration = {
  name: '9000-endless',
  statements: [
    'CREATE TABLE half (x INTEGER)',
    (kind) => {
      send('in the middle')
      return kind === 'sqlite'
        ? 'WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n'
        : 'SELECT pg_sleep(600)'
    },
  ],
}

/** Writes pairs of rows, each pair in a transaction, and reports the number of every acknowledged pair. */
async function writePairs({ db }: State): Promise<void> {
  for (let n = 1; ; n++) {
    await db.transaction().execute(async (transaction) => {
      for (const part of ['a', 'b'])
        await transaction
          .insertInto('settings')
          .values({ name: `${label}-${part}${n}`, value: '', changedAt: n })
          .execute()
    })
    send(n)
  }
}

const migrations = task === 'stop-in-migration' ? [...MIGRATIONS, endless] : MIGRATIONS
const state = await openState(place, { migrations })
if (state !== null && task === 'write-pairs') await writePairs(state)
if (state !== null) {
  send(state.id)
  await state.close()
}
