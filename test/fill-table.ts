/** Rows of one statement; databases have a bound for its parameters. */
const ROWS_TOGETHER = 1_000

/** Inserts many rows by some at a time. */
export async function fillTable(
  rows: number,
  insert: (from: number, count: number) => Promise<void>,
): Promise<void> {
  for (let from = 0; from < rows; from += ROWS_TOGETHER)
    await insert(from, Math.min(ROWS_TOGETHER, rows - from))
}
