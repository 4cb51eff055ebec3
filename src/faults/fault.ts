import * as z from 'zod'

/** Where a fault strikes: before a response, in its bytes, or in its tokens. */
export type FaultPlace = 'before' | 'bytes' | 'tokens'

/** Every fault: where it strikes, and which options it has. */
export const FAULTS = {
  'rate-limited': { place: 'before', options: ['message', 'retryAfterSeconds'] },
  overloaded: { place: 'before', options: ['message', 'retryAfterSeconds'] },
  failed: { place: 'before', options: ['message'] },
  'timed-out': { place: 'before', options: ['message'] },
  unauthenticated: { place: 'before', options: ['message'] },
  forbidden: { place: 'before', options: ['message'] },
  'not-found': { place: 'before', options: ['message'] },
  'too-large': { place: 'before', options: ['message'] },
  'spend-limit': { place: 'before', options: ['message'] },
  'slow-headers': { place: 'before', options: ['waitMs'] },
  'no-response': { place: 'before', options: [] },
  reset: { place: 'before', options: [] },
  cut: { place: 'bytes', options: ['afterEvents', 'afterBytes', 'reset'] },
  stall: { place: 'bytes', options: ['afterEvents', 'afterBytes', 'waitMs', 'pings'] },
  drip: { place: 'bytes', options: ['bytesPerSecond'] },
  'malformed-event': { place: 'bytes', options: ['afterEvents'] },
  'split-anywhere': { place: 'bytes', options: ['seed'] },
  'duplicate-event': { place: 'bytes', options: ['afterEvents'] },
  'missing-stop': { place: 'bytes', options: [] },
  'wrong-content-type': { place: 'bytes', options: [] },
  'slow-first-token': { place: 'tokens', options: ['waitMs'] },
  'error-event': { place: 'tokens', options: ['afterEvents', 'error', 'message'] },
  refusal: { place: 'tokens', options: ['afterEvents'] },
  empty: { place: 'tokens', options: [] },
  'max-tokens': { place: 'tokens', options: ['share'] },
  'tool-input-invalid': { place: 'tokens', options: [] },
  'tool-input-against-schema': { place: 'tokens', options: [] },
  'unknown-tool': { place: 'tokens', options: [] },
  'thinking-only': { place: 'tokens', options: [] },
  'engine-crash': { place: 'tokens', options: ['afterEvents'] },
} as const satisfies Readonly<
  Record<string, { readonly place: FaultPlace; readonly options: readonly (keyof FaultOptions)[] }>
>

export type FaultName = keyof typeof FAULTS
export const FAULT_NAMES = Object.keys(FAULTS) as [FaultName, ...FaultName[]]

/** The longest wait of a fault. */
export const MAX_FAULT_MS = 600_000
const MAX_COUNT = 1_000_000_000
const count = z.int().min(0).max(MAX_COUNT)
const MAX_TEXT_UNITS = 1_000
const text = z.string().min(1).max(MAX_TEXT_UNITS)
const share = z.number().min(0).max(1)
const seed = z
  .int()
  .min(0)
  .max(2 ** 32 - 1)

const OPTIONS = {
  message: text.describe('The text of the error, in place of the usual one.').optional(),
  retryAfterSeconds: z.int().min(0).max(86_400).describe('The header retry-after.').optional(),
  waitMs: z
    .int()
    .min(0)
    .max(MAX_FAULT_MS)
    .describe('How long to wait. By default 1000; a stall lasts until the client disconnects.')
    .optional(),
  afterEvents: count.describe('How many events of the stream pass first.').optional(),
  afterBytes: count.describe('How many bytes of the body pass first.').optional(),
  reset: z.boolean().describe('Whether the connection is reset, in place of closed.').optional(),
  pings: z.boolean().describe('Whether pings are sent meanwhile.').optional(),
  bytesPerSecond: z
    .int()
    .min(1)
    .max(MAX_COUNT)
    .describe('How fast the body is sent; by default 100.')
    .optional(),
  error: z
    .enum(['overloaded_error', 'api_error'])
    .describe('The type of the error; by default overloaded_error.')
    .optional(),
  share: share.describe('How much of the reply passes; by default 0.5.').optional(),
  seed: seed.describe('Makes chance repeat itself; by default 1.').optional(),
}

/** When a fault strikes. */
const WHEN = z.strictObject({
  model: text.describe('Only requests for this model id, as it is resolved.').optional(),
  path: text.describe('Only this path, such as /v1/messages.').optional(),
  apiKeyId: text.describe('Only requests with the API key that has this id.').optional(),
  test: text.describe('Only requests whose header x-continuo-test has this value.').optional(),
  nth: z
    .int()
    .min(1)
    .max(MAX_COUNT)
    .describe('Not before the n-th request to which the rest applies.')
    .optional(),
  share: share.describe('Only this share of requests, chosen by chance.').optional(),
  seed: seed.describe('The same seed chooses the same requests; by default 1.').optional(),
})

/** A fault, and when it strikes. */
export const FAULT_SCHEMA = z
  .strictObject({
    fault: z.enum(FAULT_NAMES).describe('What goes wrong.'),
    when: WHEN.describe('Which requests it strikes; by default all.').optional(),
    times: z
      .int()
      .min(1)
      .max(MAX_COUNT)
      .describe('How many requests it strikes; by default any number.')
      .optional(),
    ...OPTIONS,
  })
  .superRefine((rule, context) => {
    const own: readonly string[] = FAULTS[rule.fault].options
    for (const name of Object.keys(OPTIONS)) {
      if (rule[name as keyof FaultOptions] === undefined || own.includes(name)) continue
      const options = own.length === 0 ? 'no options' : `the options ${own.join(', ')}`
      context.addIssue({ code: 'custom', path: [name], message: `${rule.fault} has ${options}` })
    }
  })

/** How a fault strikes. */
export type FaultOptions = { readonly [Name in keyof typeof OPTIONS]?: z.infer<(typeof OPTIONS)[Name]> }
/** A fault, and when it strikes. */
export type FaultRule = Readonly<z.infer<typeof FAULT_SCHEMA>>

export function placeOf({ fault }: Pick<FaultRule, 'fault'>): FaultPlace {
  return FAULTS[fault].place
}
