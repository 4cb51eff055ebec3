import type { TraceContext } from '../../../completion/trace-context.ts'

/**
 * The headers that pass a request's trace on to an upstream.
 *
 * @see W3C Trace Context, version 00
 */
export function traceHeaders(trace: TraceContext | undefined): Readonly<Record<string, string>> {
  if (trace === undefined) return {}
  const { traceId, spanId, isSampled, state } = trace
  const traceparent = `00-${traceId}-${spanId}-${isSampled ? '01' : '00'}`
  return state === '' ? { traceparent } : { traceparent, tracestate: state }
}
