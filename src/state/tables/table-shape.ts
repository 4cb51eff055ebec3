/** The types of columns that both databases have. */
export type ColumnType = 'integer' | 'text' | 'blob' | 'real'

/** What the newest migration makes of a table, as data: for copies, and for tests that compare it with the databases. */
export interface TableShape<Table> {
  /** The columns of the primary key, in its order. */
  readonly key: readonly (keyof Table & string)[]
  readonly columns: { readonly [Column in keyof Table]: ColumnType }
  /** It means something only while instances run, so that a copy leaves it out. */
  readonly isTransient?: true
  /** A row may hold megabytes, so that few are copied at once. */
  readonly hasLargeRows?: true
}
