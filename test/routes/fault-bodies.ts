/** Bodies with every field of a fault. They strike no request, since none is of this test. */
export const FAULT_BODIES = [
  {
    fault: 'rate-limited',
    when: { model: 'm', path: '/p', api_key_id: 'k', test: 'no test', nth: 1, share: 0.5, seed: 1 },
    times: 1,
    message: 'Wait',
    retry_after_seconds: 1,
  },
  { fault: 'cut', reset: true },
  { fault: 'stall', after_events: 1, after_bytes: 1, wait_ms: 1, pings: true },
  { fault: 'drip', bytes_per_second: 1 },
  { fault: 'error-event', error: 'api_error' },
  { fault: 'max-tokens', share: 0.5 },
  { fault: 'split-anywhere', seed: 1 },
].map((fault) => ({ when: { test: 'no test' }, ...fault }))
