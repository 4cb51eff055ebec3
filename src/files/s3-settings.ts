import * as z from 'zod'

/** The setting `files.s3`. */
export const S3_SCHEMA = z.strictObject({
  endpoint: z
    .url({ protocol: /^https?$/ })
    .describe(
      'The address of the S3 service without the bucket: "https://s3.eu-central-1.amazonaws.com" or "http://minio:9000".',
    ),
  region: z
    .string()
    .regex(/^[a-z0-9-]{1,64}$/, 'should be the name of a region')
    .describe('The region of the bucket. Services without regions take "auto" or "us-east-1".')
    .default('auto'),
  bucket: z
    .string()
    .regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, 'should be the name of a bucket')
    .describe('The bucket. It must exist.'),
  prefix: z
    .string()
    .regex(/^([A-Za-z0-9_-]([A-Za-z0-9._-]{0,62})\/)*$/, 'should be empty, or names that each end with "/"')
    .max(512)
    .describe('What the names of all objects begin with, such as "continuo/".')
    .default(''),
  accessKeyId: z
    .string()
    .describe('The id of the access key; by default that of CONTINUO_S3_ACCESS_KEY_ID.')
    .optional(),
  secretAccessKey: z
    .string()
    .describe('The secret of the access key; by default that of CONTINUO_S3_SECRET_ACCESS_KEY.')
    .optional(),
})

/** A bucket, and who may use it. */
export interface S3Settings extends Readonly<z.infer<typeof S3_SCHEMA>> {
  readonly accessKeyId: string
  readonly secretAccessKey: string
}
