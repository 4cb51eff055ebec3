import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { MAX_STORED_LIMITS } from '../src/limits/check-limit-count.ts'
import { SLICED_SHARE } from '../src/limits/slice.ts'
import { POLL_INTERVAL_MS } from '../src/state/changes.ts'
import { MAX_INSTANCE_CONNECTIONS } from '../src/state/postgres/open-postgres.ts'
import { DEFAULT_STALE_SECONDS } from '../src/state/settings.ts'
import { START_WAIT_MS } from '../src/state/state.ts'
import { MAX_JOURNAL_BYTES } from '../src/usage/usage-journal.ts'

const GIB = 1024 ** 3
const WORDS = new Map([
  [1, 'one second'],
  [2, 'two seconds'],
  [3, 'three seconds'],
])
const NUMBERS = new Map([
  [11, 'eleven'],
  [12, 'twelve'],
  [13, 'thirteen'],
])

function read(page: string): string {
  return readFileSync(new URL(`../docs/${page}`, import.meta.url), 'utf8').replace(/\s+/g, ' ')
}

describe('docs/several-instances.md', () => {
  it('has the numbers of the code', () => {
    const page = read('several-instances.md')
    expect(page).toContain(`opens up to ${NUMBERS.get(MAX_INSTANCE_CONNECTIONS)}.`)
    expect(page).toContain(`\`state.staleSeconds\` (${DEFAULT_STALE_SECONDS} s)`)
    expect(page).toContain(`up to ${MAX_JOURNAL_BYTES / GIB} GiB`)
    expect(page).toContain(`waits ${START_WAIT_MS / 1_000} s for the database`)
  })
})

describe('docs/limits.md', () => {
  it('has the share of a limit that servers take ahead of need', () => {
    expect(read('limits.md')).toContain(`ahead of need, ${SLICED_SHARE * 100} % of it`)
  })

  it('has the most that the database holds', () => {
    const most = MAX_STORED_LIMITS.toLocaleString('en-US')
    expect(read('limits.md')).toContain(`At most ${most} limits of rate and ${most} of money`)
  })
})

describe.each(['several-instances.md', 'limits.md', 'admin-api.md', 'usage-and-cost.md', 'for-a-team.md'])(
  'docs/%s',
  (page) => {
    it('promises changes everywhere within two polls of the database', () => {
      expect(read(page)).toContain(`within ${WORDS.get((2 * POLL_INTERVAL_MS) / 1_000)}`)
    })
  },
)
