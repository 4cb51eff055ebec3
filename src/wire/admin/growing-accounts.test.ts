import { describe, test } from 'vitest'
import { expectLinearCost } from '../../../test/cost-growth.ts'
import { emailKey } from '../../accounts/email-key.ts'
import { readKnownValues } from './read-query.ts'

// What longer values cost once they pass the checks of bodies, which `test/growth/growing-platform.test.ts` grows.

const rules = { lenientPaging: false, lenientAccounts: false }

describe('the Admin API', () => {
  test('values of a filter', async () => {
    const make = (size: number) => new URLSearchParams('roles[]=user&'.repeat(size))
    const run = (query: URLSearchParams) => readKnownValues(query, 'roles', ['user'], rules)
    await expectLinearCost({ make, run }, 10_000)
  })

  test('an address to find', async () => {
    await expectLinearCost({ make: (size) => `${'+@'.repeat(size)}x`, run: emailKey }, 200_000)
  })
})
