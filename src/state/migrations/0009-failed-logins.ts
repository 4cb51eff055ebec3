import { createTable, type StateMigration } from './state-migration.ts'

/** Failed logins, which instances count together. */
export const createFailedLogins: StateMigration = {
  name: '0009-failed-logins',
  statements: [
    createTable(
      'failed_logins',
      `subject_sha256 TEXT NOT NULL,
        failures INTEGER NOT NULL,
        ends_at INTEGER NOT NULL,
        PRIMARY KEY (subject_sha256)`,
      { isHot: true },
    ),
    'CREATE INDEX failed_logins_ends ON failed_logins (ends_at)',
  ],
}
