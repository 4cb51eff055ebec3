import * as z from 'zod'

/** Long enough to restart a database. */
export const DEFAULT_STALE_SECONDS = 300
const MAX_STALE_SECONDS = 7 * 24 * 60 * 60

const PLACE = z
  .string()
  .min(1)
  .describe(
    'Where accounts, keys, limits and usage are stored: a folder, the address of a PostgreSQL database (postgres://…), "memory", or "none". By default a folder in the data directory of the user who starts the server.',
  )

/** The setting `state`: a place, or a place and how it is used. */
export const STATE_SCHEMA = z
  .union([
    PLACE,
    z.strictObject({
      place: PLACE.optional(),
      staleSeconds: z
        .int()
        .min(10)
        .max(MAX_STALE_SECONDS)
        .describe('How long known keys are accepted while the database does not respond.')
        .default(DEFAULT_STALE_SECONDS),
    }),
  ])
  .describe(PLACE.description ?? '')

/** The flag `--state`. */
export const STATE_PLACE_SCHEMA = PLACE

export const STATE_FOLDER_SCHEMA = z
  .string()
  .min(1)
  .describe(
    'The folder of the files that are kept beside the database, such as the journal of usage. By default the folder of the state; with PostgreSQL, a folder in the data directory of the user.',
  )

export const RETENTION_DAYS_SCHEMA = z
  .int()
  .min(1)
  .max(3_650)
  .describe('How many days the records of single requests are kept. Their hourly sums are kept forever.')
  .default(30)
