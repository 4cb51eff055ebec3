import { randomBytes } from 'node:crypto'
import type { TraceContext } from '../completion/trace-context.ts'
import type { RequestHeaders } from './api-request.ts'
import { readTraceState } from './read-trace-state.ts'

const TRACEPARENT = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/
const ALL_ZEROES = /^0+$/
const SAMPLED_FLAG = 1
const SPAN_ID_BYTES = 8

/**
 * The trace that a request belongs to, with a new span for the request itself. Null where it belongs to none or the header
 * is malformed: no trace is started here, because none is recorded here.
 *
 * @see W3C Trace Context, "Traceparent Header": of later versions the known parts are read, version 00 has no others.
 *   Several headers arrive joined by commas, which is malformed.
 */
export function readTraceContext(headers: RequestHeaders): TraceContext | null {
  const [, version, traceId = '', parentId = '', flags = '', more] =
    TRACEPARENT.exec(headers.get('traceparent') ?? '') ?? []
  if (version === undefined || version === 'ff' || (version === '00' && more !== undefined)) return null
  if (ALL_ZEROES.test(traceId) || ALL_ZEROES.test(parentId)) return null
  return {
    traceId,
    spanId: newSpanId(),
    isSampled: (Number.parseInt(flags, 16) & SAMPLED_FLAG) !== 0,
    state: readTraceState(headers.get('tracestate') ?? ''),
  }
}

function newSpanId(): string {
  const spanId = randomBytes(SPAN_ID_BYTES).toString('hex')
  return ALL_ZEROES.test(spanId) ? newSpanId() : spanId
}
