import { describe, expect, it } from 'vitest'
import { readTraceContext } from './read-trace-context.ts'

const TRACE_ID = '4bf92f3577b34da6a3ce929d0e0e4736'
const PARENT_ID = '00f067aa0ba902b7'

const read = (traceparent: string, tracestate = '') =>
  readTraceContext(new Headers({ traceparent, tracestate }))

describe('readTraceContext', () => {
  it("gives a request a span of its own in the client's trace", () => {
    const first = read(`00-${TRACE_ID}-${PARENT_ID}-01`, 'congo=t61rcWkgMzE')
    expect(first).toEqual({
      traceId: TRACE_ID,
      spanId: expect.stringMatching(/^[0-9a-f]{16}$/),
      isSampled: true,
      state: 'congo=t61rcWkgMzE',
    })
    expect(first?.spanId).not.toBe(PARENT_ID)
    expect(read(`00-${TRACE_ID}-${PARENT_ID}-01`)?.spanId).not.toBe(first?.spanId)
  })

  it.each([
    ['00', false],
    ['01', true],
    ['02', false],
    ['ff', true],
    ['fe', false],
  ])('reads only the known flag of %s', (flags, isSampled) => {
    expect(read(`00-${TRACE_ID}-${PARENT_ID}-${flags}`)).toMatchObject({ isSampled })
  })

  it.each([
    `01-${TRACE_ID}-${PARENT_ID}-01`,
    `cc-${TRACE_ID}-${PARENT_ID}-01-what-comes-later`,
    `fe-${TRACE_ID}-${PARENT_ID}-01-`,
    ` \t00-${TRACE_ID}-${PARENT_ID}-01\t `,
  ])('reads the known parts of %j', (traceparent) => {
    expect(read(traceparent, 'a=1')).toMatchObject({ traceId: TRACE_ID, isSampled: true, state: 'a=1' })
  })

  it.each([
    ['nothing', ''],
    ['a version that is forbidden', `ff-${TRACE_ID}-${PARENT_ID}-01`],
    ['a version that is no number', `.0-${TRACE_ID}-${PARENT_ID}-01`],
    ['a version of one digit', `0-${TRACE_ID}-${PARENT_ID}-01`],
    ['a version of three digits', `000-${TRACE_ID}-${PARENT_ID}-01`],
    ['more than version 00 has', `00-${TRACE_ID}-${PARENT_ID}-01-more`],
    ['a dash too many', `00-${TRACE_ID}-${PARENT_ID}-01-`],
    ['a later version that continues without a dash', `cc-${TRACE_ID}-${PARENT_ID}-01.what`],
    ['a later version that is cut', `cc-${TRACE_ID}-${PARENT_ID}`],
    ['a trace of zeroes', `00-${'0'.repeat(32)}-${PARENT_ID}-01`],
    ['a parent of zeroes', `00-${TRACE_ID}-${'0'.repeat(16)}-01`],
    ['capital letters', `00-${TRACE_ID.toUpperCase()}-${PARENT_ID}-01`],
    ['letters that are no digits', `00-${TRACE_ID}-${PARENT_ID.replace('f', 'g')}-01`],
    ['a trace that is too short', `00-${TRACE_ID.slice(1)}-${PARENT_ID}-01`],
    ['a trace that is too long', `00-${TRACE_ID}a-${PARENT_ID}-01`],
    ['a parent that is too short', `00-${TRACE_ID}-${PARENT_ID.slice(1)}-01`],
    ['a parent that is too long', `00-${TRACE_ID}-${PARENT_ID}a-01`],
    ['flags that are too short', `00-${TRACE_ID}-${PARENT_ID}-1`],
    ['flags that are too long', `00-${TRACE_ID}-${PARENT_ID}-001`],
    ['flags that are no number', `00-${TRACE_ID}-${PARENT_ID}-.0`],
    ['underscores', `00_${TRACE_ID}_${PARENT_ID}_01`],
    ['two at once', `00-${TRACE_ID}-${PARENT_ID}-01, 00-${TRACE_ID}-${PARENT_ID}-01`],
  ])('ignores %s', (_, traceparent) => {
    expect(read(traceparent, 'a=1')).toBeNull()
  })

  it('finds no trace without its header, whatever the state is', () => {
    expect(readTraceContext(new Headers({ tracestate: 'a=1' }))).toBeNull()
  })

  it('keeps the trace when its state is malformed', () => {
    expect(read(`00-${TRACE_ID}-${PARENT_ID}-01`, 'A=1')).toMatchObject({ traceId: TRACE_ID, state: '' })
  })
})
