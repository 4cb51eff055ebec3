import { placeOf } from '../../faults/fault.ts'
import type { ApiResponse } from '../api-response.ts'
import { BrokenConnection } from '../broken-connection.ts'
import type { ClientStyle } from '../client-style.ts'
import { FaultyBody } from './faulty-body.ts'
import type { RequestFaults } from './request-faults.ts'

const PINGS: Readonly<Record<ClientStyle, string>> = {
  claude: 'event: ping\ndata: {"type": "ping"}\n\n',
  openai: ': ping\n\n',
}

/**
 * Responds to a request that a fault may strike.
 *
 * @throws Error of the fault, or what `respond` throws
 */
export async function respondWithFaults(
  faults: RequestFaults,
  clientStyle: ClientStyle,
  respond: () => ApiResponse | Promise<ApiResponse>,
): Promise<ApiResponse> {
  try {
    await faults.arrive()
    return brokenResponse(await respond(), faults, clientStyle)
  } catch (error) {
    if (!(error instanceof BrokenConnection)) throw error
    return { status: BROKEN_STATUS, headers: {}, body: null, broken: error.how }
  }
}

/** What the log has of a response that never came. */
const BROKEN_STATUS = 500

function brokenResponse(
  response: ApiResponse,
  { chosen }: RequestFaults,
  clientStyle: ClientStyle,
): ApiResponse {
  if (chosen === null || placeOf(chosen) !== 'bytes' || response.body === null) return response
  if (chosen.fault === 'wrong-content-type') {
    return { ...response, headers: { ...response.headers, 'content-type': 'text/html; charset=utf-8' } }
  }
  return { ...response, body: new FaultyBody(response.body, { rule: chosen, ping: PINGS[clientStyle] }) }
}
