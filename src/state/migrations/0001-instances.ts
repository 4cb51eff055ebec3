import { createTable, type StateMigration } from './state-migration.ts'

export const createInstances: StateMigration = {
  name: '0001-instances',
  statements: [
    createTable(
      'settings',
      `name TEXT NOT NULL,
        value TEXT NOT NULL,
        changed_at INTEGER NOT NULL,
        PRIMARY KEY (name)`,
    ),
    createTable(
      'changes',
      `topic TEXT NOT NULL,
        version INTEGER NOT NULL,
        PRIMARY KEY (topic)`,
      { isHot: true },
    ),
    createTable(
      'instances',
      `id TEXT NOT NULL,
        started_at INTEGER NOT NULL,
        seen_at INTEGER NOT NULL,
        version TEXT NOT NULL,
        PRIMARY KEY (id)`,
      { isHot: true },
    ),
    'CREATE INDEX instances_seen ON instances (seen_at)',
    createTable(
      'duties',
      `name TEXT NOT NULL,
        holder TEXT NOT NULL,
        term INTEGER NOT NULL,
        held_until INTEGER NOT NULL,
        PRIMARY KEY (name)`,
      { isHot: true },
    ),
  ],
}
