import * as z from 'zod'

/** The setting `batches`. */
export const BATCHES_SCHEMA = z.strictObject({
  concurrency: z
    .int()
    .min(0)
    .max(256)
    .describe(
      'How many requests of message batches this server works on at once. It takes fewer while its models are busy. With 0 it accepts batches and leaves them to other instances.',
    )
    .default(4),
})

export type BatchesSettings = Readonly<z.infer<typeof BATCHES_SCHEMA>>
