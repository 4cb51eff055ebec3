import pg from 'pg'
import { StateError } from '../state-error.ts'

/** The object ids of bigint and numeric in every PostgreSQL. */
const BIGINT = 20
const NUMERIC = 1700

/**
 * How values of PostgreSQL are read: whole numbers as numbers, which SQLite gives too. All that the tables hold stays
 * below 2^53; a number that does not is an error, never rounded.
 */
export const POSTGRES_TYPES = {
  getTypeParser(id: number, format?: 'text' | 'binary'): (text: string) => unknown {
    if (format !== 'binary' && (id === BIGINT || id === NUMERIC)) return readNumber
    return pg.types.getTypeParser(id, format as 'text')
  },
}

function readNumber(text: string): number {
  const value = Number(text)
  if (Number.isInteger(value) && !Number.isSafeInteger(value))
    throw new StateError('invalid-value', 'PostgreSQL: a number is larger than 2^53')
  return value
}
