import * as z from 'zod'

/** A setTimeout takes no more. */
const MAX_TIMEOUT_MS = 2 ** 31 - 1

const timeoutMs = z.int().min(1).max(MAX_TIMEOUT_MS)

/** Settings of the connections to an upstream, for every dialect. */
export const TRANSPORT_FIELDS = {
  baseUrls: z
    .array(z.url({ protocol: /^https?$/ }))
    .min(1)
    .describe(
      'Addresses of the server: "http://host:port", with a path before "/v1" if there is one. Several are replicas of one model.',
    ),
  apiKey: z.string().describe('The API key to send.').optional(),
  apiKeyVariable: z
    .string()
    .min(1)
    .describe('The environment variable that holds the API key; takes precedence over apiKey.')
    .optional(),
  maxConcurrentRequests: z
    .int()
    .min(1)
    .max(100_000)
    .describe('The maximum number of requests in flight; further ones get status 529.')
    .default(256),
  maxRetries: z
    .int()
    .min(0)
    .max(100)
    .describe('Further attempts after a failure, made only before any part of a response has arrived.')
    .default(2),
  connectTimeoutMs: timeoutMs.describe('Opening a connection, TLS included.').default(5_000),
  // A long prompt after a full queue; clients of this API give up after ten minutes.
  firstByteTimeoutMs: timeoutMs
    .describe('From the request to the first byte of the response: queueing and prefill on the server.')
    .default(300_000),
  idleTimeoutMs: timeoutMs.describe('Silence in the middle of a response.').default(60_000),
  extraBody: z
    .record(z.string(), z.json())
    .describe('Fields added to the JSON body of every completion request.')
    .default({}),
}

const TRANSPORT_SCHEMA = z.object(TRANSPORT_FIELDS)

/** Settings of the connections to an upstream. */
export type TransportSettings = z.infer<typeof TRANSPORT_SCHEMA>
