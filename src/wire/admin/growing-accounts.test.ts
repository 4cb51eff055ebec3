import { describe, test } from 'vitest'
import { expectLinearCost } from '../../../test/cost-growth.ts'
import { type GrowingField, many, manyKeys, manyWrong } from '../../../test/growing-values.ts'
import { emailKey } from '../../accounts/email-key.ts'
import { parseInvite } from './invite-params.ts'
import { parseNewApiKey } from './new-api-key-params.ts'
import { readKnownValues } from './read-query.ts'
import { parseNewServiceAccount } from './service-account-params.ts'
import { parseNewWorkspace } from './workspace-params.ts'

// Every field that a client of the Admin API can fill, filled with more and more.

const rules = { lenientPaging: false, lenientAccounts: false }
const BODIES: readonly (readonly [(body: object) => unknown, readonly GrowingField[]])[] = [
  [
    (body) => parseNewWorkspace(body, rules),
    [
      ['a name', 500_000, (size) => ({ name: '😀'.repeat(size) })],
      ['tags', 10_000, (size) => ({ name: 'W', tags: manyKeys(size) })],
      ['a tag', 500_000, (size) => ({ name: 'W', tags: { a: 'x'.repeat(size) } })],
      ['the name of a tag', 500_000, (size) => ({ name: 'W', tags: { ['x'.repeat(size)]: 'y' } })],
      [
        'geos',
        10_000,
        (size) => ({ name: 'W', data_residency: { allowed_inference_geos: manyWrong(size) } }),
      ],
      ['unknown fields', 10_000, (size) => ({ name: 'W', ...manyKeys(size) })],
    ],
  ],
  [
    (body) => parseInvite(body, rules),
    [
      ['an address', 500_000, (size) => ({ email: `${'x@'.repeat(size)}b.c`, role: 'user' })],
      ['groups', 10_000, (size) => ({ email: 'a@b.c', role: 'user', rbac_group_ids: many(size, () => 'g') })],
    ],
  ],
  [
    (body) => parseNewApiKey(body, () => true),
    [
      ['models', 10_000, (size) => ({ name: 'K', allowed_models: many(size, () => 'm') })],
      ['a time', 500_000, (size) => ({ name: 'K', expires_at: '2'.repeat(size) })],
    ],
  ],
  [parseNewServiceAccount, [['hyphens', 500_000, (size) => ({ name: `a${'-'.repeat(size)}` })]]],
]

describe('the Admin API', () => {
  const fields = BODIES.flatMap(([parse, all]) =>
    all.map(([name, size, make]) => [name, size, make, parse] as const),
  )
  test.each(fields)('%s', async (_, size, make, parse) => {
    await expectLinearCost({ make, run: (body) => refusedOrParsed(() => parse(body)) }, size)
  })

  test('values of a filter', async () => {
    const make = (size: number) => new URLSearchParams('roles[]=user&'.repeat(size))
    const run = (query: URLSearchParams) =>
      refusedOrParsed(() => readKnownValues(query, 'roles', ['user'], rules))
    await expectLinearCost({ make, run }, 10_000)
  })

  test('an address to find', async () => {
    await expectLinearCost({ make: (size) => `${'+@'.repeat(size)}x`, run: emailKey }, 200_000)
  })
})

function refusedOrParsed(parse: () => unknown): void {
  try {
    parse()
  } catch {
    // A refusal takes its time too.
  }
}
