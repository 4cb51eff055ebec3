import { type FaultList, FaultListError, type ListedFault } from '../../../faults/fault-list.ts'
import { invalidRequest } from '../../../wire/body-schema.ts'
import { faultBody } from '../../../wire/faults/fault-body.ts'
import { parseFault } from '../../../wire/faults/fault-params.ts'
import type { AdminRoute } from './admin-route.ts'

const FAULTS = '/continuo/faults'

/** The faults of this instance. They are kept in memory. */
export function faultRoutes(list: FaultList): readonly AdminRoute[] {
  return [
    {
      method: 'GET',
      pattern: FAULTS,
      action: 'write:faults',
      respond: async () => ({ data: list.all.map(faultBody) }),
    },
    {
      method: 'POST',
      pattern: FAULTS,
      action: 'write:faults',
      respond: async ({ readBody }) => faultBody(added(list, await readBody())),
    },
    {
      method: 'DELETE',
      pattern: FAULTS,
      action: 'write:faults',
      async respond({ query }) {
        const test = query.get('test')
        const removed = list.remove(({ rule }) => test === null || rule.when?.test === test)
        return { type: 'faults_deleted', deleted: removed }
      },
    },
    {
      method: 'DELETE',
      pattern: `${FAULTS}/:faultId`,
      action: 'write:faults',
      async respond({ params: { faultId } }) {
        return { type: 'faults_deleted', deleted: list.remove(({ id }) => id === faultId) }
      },
    },
  ]
}

function added(list: FaultList, body: object): ListedFault {
  try {
    return list.add(parseFault(body))
  } catch (error) {
    if (error instanceof FaultListError) throw invalidRequest(error.message)
    throw error
  }
}
