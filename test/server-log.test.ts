import { PassThrough } from 'node:stream'
import { describe, expect, it } from 'vitest'
import type { CallerResponse } from './http-caller.ts'
import type { ContinuoProcess } from './run-continuo.ts'
import { ServerLog } from './server-log.ts'

function openLog() {
  const stderr = new PassThrough()
  const log = new ServerLog({ child: { stderr } } as unknown as ContinuoProcess)
  const line = (fields: object) => stderr.write(`${JSON.stringify({ level: 30, ...fields })}\n`)
  const keep = (requestId: string, status: number) =>
    log.keep({ headers: { 'request-id': requestId }, status } as unknown as CallerResponse, false)
  return { log, line, keep }
}

describe('ServerLog', () => {
  it('waits for the lines of all responses', async () => {
    const { log, line, keep } = openLog()
    keep('a', 200)
    keep('b', 200)
    const finished = log.finish()
    line({ msg: 'request', requestId: 'b', status: 200 })
    line({ msg: 'request', requestId: 'a', status: 500 })
    expect((await finished).map(({ message }) => message)).toEqual([
      expect.stringContaining('500 where the caller got 200 (a)'),
    ])
  })

  it('finishes at once where no line is missing', async () => {
    expect(await openLog().log.finish()).toEqual([])
  })
})
