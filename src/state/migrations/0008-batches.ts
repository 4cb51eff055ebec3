import type { StateMigration } from './state-migration.ts'

/** Batches of requests other than messages; when requests of a workspace were last begun. */
export const extendBatches: StateMigration = {
  name: '0008-batches',
  statements: [
    (kind) => {
      const type = kind === 'sqlite' ? 'TEXT' : 'text COLLATE "C"'
      return `ALTER TABLE message_batches ADD COLUMN path ${type} NOT NULL DEFAULT '/v1/messages'`
    },
    'CREATE INDEX message_batches_workspace ON message_batches (workspace_id, claimed_at)',
  ],
}
