import type { CompiledQuery, Kysely, RawBuilder } from 'kysely'
import type { Database } from '../state/database.ts'

/**
 * A statement that runs four times a second, for one kind of database. Its text is put together once, since that would
 * cost more than the rest; parameters take the places of those that it was built with.
 */
export class HotStatement {
  readonly #statement: RawBuilder<unknown>
  #compiled: CompiledQuery<unknown> | null = null

  constructor(statement: RawBuilder<unknown>) {
    this.#statement = statement
  }

  compile(db: Kysely<Database>): CompiledQuery<unknown> {
    this.#compiled ??= this.#statement.compile(db)
    return this.#compiled
  }

  async execute<Row>(db: Kysely<Database>, parameters: readonly unknown[] = []): Promise<Row[]> {
    const { rows } = await db.executeQuery({ ...this.compile(db), parameters })
    return rows as Row[]
  }
}
