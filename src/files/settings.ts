import * as z from 'zod'
import { S3_SCHEMA, type S3Settings } from './s3-settings.ts'

/** 1 TB. @see the API's reference, "Files": storage limits */
export const DEFAULT_MAX_TOTAL_BYTES = 1_000_000_000_000

/** The setting `files`. */
export const FILES_SCHEMA = z.strictObject({
  folder: z
    .string()
    .min(1)
    .describe(
      'The folder in which uploaded files are kept. Instances that share a state must share it. By default the folder "files" in stateFolder.',
    )
    .optional(),
  s3: S3_SCHEMA.describe(
    'A bucket of an S3 service in which uploaded files are kept, instead of a folder. It needs the package s3mini.',
  ).optional(),
  maxTotalBytes: z
    .int()
    .min(0)
    .describe('Most bytes of all files together. An upload beyond it is refused.')
    .default(DEFAULT_MAX_TOTAL_BYTES),
  documentHosts: z
    .array(z.string().min(1))
    .max(1_000)
    .describe(
      'Hosts, such as "docs.example.com" or "localhost:8000", from which this server fetches documents whose source is an address. None by default. Every client can make the server fetch from them.',
    )
    .default([]),
  allowDownloads: z
    .boolean()
    .describe('Whether uploaded files can be downloaded again. The real API refuses that.')
    .default(false),
})

/** The section of a configuration file. */
export type FilesSection = Readonly<z.infer<typeof FILES_SCHEMA>>

/** How files are kept. */
export interface FilesSettings extends Omit<FilesSection, 's3'> {
  /** Null where a folder keeps them. */
  readonly s3: S3Settings | null
}
