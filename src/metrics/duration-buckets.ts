/**
 * Upper bounds of the histograms, in seconds. Each is at most three times the one before, over the whole range from a
 * small model in this process to a large one after a full queue: a quantile read off them is never far wrong.
 */

/** The wait for a sequence: usually none, minutes in a full queue. */
export const QUEUE_BUCKETS_SECONDS = [
  0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120,
]

/** Evaluation of a prompt, and the time to the first token, which holds it and the wait. */
export const FIRST_TOKEN_BUCKETS_SECONDS = [
  0.001, 0.0025, 0.005, 0.01, 0.02, 0.04, 0.06, 0.08, 0.1, 0.15, 0.25, 0.5, 0.75, 1, 1.5, 2.5, 5, 10, 20, 40,
  80, 160,
]

/** From a model of millions of parameters (under a millisecond) to a large one on a busy machine. */
export const INTER_TOKEN_BUCKETS_SECONDS = [
  0.0005, 0.001, 0.002, 0.004, 0.006, 0.01, 0.015, 0.02, 0.03, 0.04, 0.06, 0.08, 0.1, 0.15, 0.25, 0.5, 1, 2.5,
]

/** Whole requests, up to the ten minutes after which clients of this API give up. */
export const REQUEST_BUCKETS_SECONDS = [
  0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 40, 80, 160, 320, 600,
]

/** How late a timer is: above a tenth of a second every stream stutters. */
export const EVENT_LOOP_DELAY_BUCKETS_SECONDS = [
  0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5,
]

/** A write to the page cache, unless the disk hangs: then every request waits for it. */
export const JOURNAL_WRITE_BUCKETS_SECONDS = [
  0.00001, 0.000025, 0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25,
  0.5, 1,
]
