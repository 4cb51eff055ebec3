import { type Kysely, sql } from 'kysely'
import type { Migration } from 'kysely/migration'

/** Which of the two databases a statement is for. */
export type DatabaseKind = 'sqlite' | 'postgres'

/** A step of the tables' history. A step that was released is never changed; a new one is added. */
export interface StateMigration {
  /** Its number in four digits and its subject: the order of names is the order of steps. */
  readonly name: string
  /** SQL that both databases understand, or a function that writes each its own. */
  readonly statements: readonly (string | ((kind: DatabaseKind) => string))[]
}

export interface TableOptions {
  /** Its rows change often: PostgreSQL leaves room beside them, so that an update stays on its page. */
  readonly isHot?: boolean
  /** Rows are large or written in the order of time, which suits SQLite's own row number better than the key. */
  readonly hasRowId?: boolean
}

/** PostgreSQL's names of SQLite's types. Text is compared by its bytes, as SQLite does, in every locale. */
const POSTGRES_TYPES: Readonly<Record<string, string>> = {
  INTEGER: 'bigint',
  TEXT: 'text COLLATE "C"',
  BLOB: 'bytea',
  REAL: 'double precision',
}

/** A table, from columns with the types INTEGER, TEXT, BLOB and REAL. */
export function createTable(
  name: string,
  columns: string,
  { isHot = false, hasRowId = false }: TableOptions = {},
): (kind: DatabaseKind) => string {
  return (kind) => {
    if (kind === 'sqlite')
      return `CREATE TABLE ${name} (${columns}) STRICT${hasRowId ? '' : ', WITHOUT ROWID'}`
    const typed = columns.replace(/\b(INTEGER|TEXT|BLOB|REAL)\b/g, (type) => POSTGRES_TYPES[type] ?? type)
    return `CREATE TABLE ${name} (${typed})${isHot ? ' WITH (fillfactor = 60)' : ''}`
  }
}

/** The same steps as Kysely's Migrator takes them. */
export function kyselyMigrations(
  migrations: readonly StateMigration[],
  kind: DatabaseKind,
): Record<string, Migration> {
  return Object.fromEntries(migrations.map((migration) => [migration.name, kyselyMigration(migration, kind)]))
}

function kyselyMigration({ statements }: StateMigration, kind: DatabaseKind): Migration {
  return {
    async up(db: Kysely<unknown>): Promise<void> {
      for (const statement of statements)
        await sql.raw(typeof statement === 'string' ? statement : statement(kind)).execute(db)
    },
  }
}
