import { afterEach, expect, it } from 'vitest'
import { JudgedServer } from '../judges/judged-server.ts'
import { withFaults } from '../judges/seeded-fault.ts'
import { MESSAGES_ROUTE } from '../routes/messages-routes.ts'
import { EMBEDDED_MODEL } from '../steady-server.ts'
import { grownRequests } from './grown-requests.ts'
import { measureGrowth } from './measure-growth.ts'

/** A busy machine is slow, not wrong. */
const PATIENT = { timeout: 600_000 }
const MAX_BYTES = 256 * 1024

let server: JudgedServer | undefined
afterEach(() => server?.close())

// The property itself is a part of `npm run fuzz`: it takes minutes.

it('finds what costs the square of a size', PATIENT, async () => {
  // 9 ms for 64 KiB, 140 ms for 256 KiB.
  const square = 140 / 256 ** 2
  server = await JudgedServer.start(
    withFaults({ process: 'server', everyRequests: 1, type: 'spin by the square of a body', amount: square }),
  )
  // What is refused costs little besides.
  const grown = grownRequests(MESSAGES_ROUTE, EMBEDDED_MODEL).find(({ kind }) => kind === 'wrong')
  if (grown === undefined) throw new Error('nothing grows')
  const violation = await measureGrowth(server, grown, MAX_BYTES)
  expect(violation?.message).toMatch(/times as much for each doubling, 2.5 are allowed$/)
})
