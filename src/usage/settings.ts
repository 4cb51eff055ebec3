import * as z from 'zod'

/** The setting `usage`. */
export const USAGE_SCHEMA = z.strictObject({
  sync: z
    .boolean()
    .describe(
      'Lets each response wait until its usage is on the disk, so that a power cut takes none. A crash of the server takes none either way.',
    )
    .default(false),
  whenFull: z
    .enum(['refuse', 'drop'])
    .describe(
      'What to do when the database has not taken usage for so long that its journal is full (1 GiB, about three million requests), or when the disk takes no more: "refuse", requests get 529, and usage of those in flight is kept until it can be written; "drop", they are served and not recorded.',
    )
    .default('refuse'),
})

export type UsageSettings = Readonly<z.infer<typeof USAGE_SCHEMA>>
