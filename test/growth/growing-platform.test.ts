import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { expectLinearCost, type GrowingWork } from '../cost-growth.ts'
import { type FullContinuo, openFullContinuo } from '../full-continuo.ts'
import { jsonOf, timesOf } from '../routes/growable-fields.ts'
import { PLAIN_ROUTES } from '../routes/plain-routes.ts'
import { PLATFORM_ROUTES } from '../routes/platform-routes.ts'
import { grownFields, grownPairs } from './grown-fields.ts'

// Every field of every body of batches, accounts, limits and prices, and every parameter and id of a path, with more and
// more in it.

let full: FullContinuo
/** Statuses of requests of which nothing is read. */
const UNREAD = new Set([401, 403, 429])
let unread = 0
beforeAll(async () => {
  full = await openFullContinuo()
})
afterAll(async () => {
  await full.close()
  expect(unread).toBe(0)
})

/** Characters of a parameter or id, and times that a parameter comes: far more than fit a request's head. */
const [UNITS, TIMES] = [20_000, 2_000]

interface Asked {
  readonly method: string
  readonly headers: Readonly<Record<string, string>>
}

function asking(
  { method, headers }: Asked,
  path: string,
  bodyOf: (count: number) => string | undefined,
  queryOf: (count: number) => string = () => '',
): GrowingWork<{ readonly url: string; readonly body: string | undefined }> {
  return {
    make: (count) => ({ url: `http://continuo${path}${queryOf(count)}`, body: bodyOf(count) }),
    async run({ url, body }) {
      const response = await full.continuo.fetch(url, {
        method,
        headers,
        ...(body === undefined ? {} : { body }),
      })
      await response.text()
      if (UNREAD.has(response.status)) unread += 1
    },
  }
}

const withBodies = PLATFORM_ROUTES.filter(({ bodies }) => bodies.length > 0)
describe.each(withBodies.map((route) => [route.name, route] as const))('%s', (_, route) => {
  const grown = [...grownFields(route.bodies), ...grownPairs(route.bodies)]
  it.each(grown.map((field) => [field.what, field] as const))('%s', async (_name, { bodyOf, size }) => {
    await expectLinearCost(
      asking(route, route.path, (count) => jsonOf(bodyOf(count))),
      size,
    )
  })
})

describe('a message batch', () => {
  it('of many requests', async () => {
    const [route] = PLATFORM_ROUTES
    if (route === undefined) throw new Error('there is no route')
    const requests = (count: number) => timesOf(count, (index) => ({ custom_id: `r${index}`, params: {} }))
    await expectLinearCost(
      asking(route, route.path, (count) => JSON.stringify({ requests: requests(count) })),
      1_000,
    )
  })
})

const queried = [...PLATFORM_ROUTES, ...PLAIN_ROUTES].flatMap((route) =>
  [...new Set((route.queries ?? []).flatMap((query) => query.split('&')))].map((parameter) => {
    return { name: `${route.name}: ${parameter}`, route, parameter }
  }),
)
describe('a parameter', () => {
  it.each(queried.map((one) => [one.name, one] as const))('%s', async (_, { route, parameter }) => {
    const [query = ''] = route.queries ?? []
    const rest = query.split('&').filter((other) => nameOf(other) !== nameOf(parameter))
    const grow = (more: (count: number) => string) =>
      asking(
        route,
        route.path,
        () => undefined,
        (count) => `?${[...rest, more(count)].join('&')}`,
      )
    await expectLinearCost(
      grow((count) => `${parameter}${'1'.repeat(count)}`),
      UNITS,
    )
    await expectLinearCost(
      grow((count) => Array(count).fill(parameter).join('&')),
      TIMES,
    )
  })
})

const named = PLATFORM_ROUTES.filter(({ pattern }) => pattern.includes(':'))
describe('the ids of a path', () => {
  it.each(named.map((route) => [route.name, route] as const))('%s', async (_, route) => {
    const { method, headers, pattern, bodies } = route
    const [body] = bodies
    await expectLinearCost(
      {
        make: (count) => pattern.replaceAll(/:\w+/g, 'a%20'.repeat(count)),
        async run(path) {
          const response = await full.continuo.fetch(`http://continuo${path}`, {
            method,
            headers,
            ...(body === undefined ? {} : { body: JSON.stringify(body) }),
          })
          await response.text()
          if (UNREAD.has(response.status)) unread += 1
        },
      },
      UNITS,
    )
  })
})

function nameOf(parameter: string): string {
  return parameter.split('=')[0] ?? ''
}
