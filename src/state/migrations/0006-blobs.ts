import { createTable, type StateMigration } from './state-migration.ts'

export const createBlobs: StateMigration = {
  name: '0006-blobs',
  statements: [
    createTable(
      'blobs',
      `sha256 TEXT NOT NULL,
        size_bytes INTEGER NOT NULL,
        touched_at INTEGER NOT NULL,
        PRIMARY KEY (sha256)`,
    ),
    'CREATE INDEX blobs_touched ON blobs (touched_at)',
    createTable(
      'stored_bytes',
      `name TEXT NOT NULL,
        bytes INTEGER NOT NULL,
        PRIMARY KEY (name)`,
      { isHot: true },
    ),
    'CREATE INDEX skill_versions_blob ON skill_versions (blob_id)',
  ],
}
