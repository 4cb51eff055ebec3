export const FAULTS = '/continuo/faults'

export interface Fault {
  readonly id: string
  readonly fault: string
  readonly when: Readonly<Record<string, string | number>> | null
  /** How often it may strike; null for always. */
  readonly times: number | null
  readonly struckCount: number
}

/** The faults, by where they strike. */
export const FAULT_NAMES = {
  'Before a response': [
    ...['rate-limited', 'overloaded', 'failed', 'timed-out', 'unauthenticated', 'forbidden', 'not-found'],
    ...['too-large', 'spend-limit', 'slow-headers', 'no-response', 'reset'],
  ],
  'In its bytes': [
    ...['cut', 'stall', 'drip', 'malformed-event', 'split-anywhere', 'duplicate-event', 'missing-stop'],
    'wrong-content-type',
  ],
  'In its tokens': [
    ...['slow-first-token', 'error-event', 'refusal', 'empty', 'max-tokens', 'tool-input-invalid'],
    ...['tool-input-against-schema', 'unknown-tool', 'thinking-only', 'engine-crash'],
  ],
} as const
