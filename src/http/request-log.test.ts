import { describe, expect, it } from 'vitest'
import { CompletionError } from '../completion/completion-error.ts'
import { RequestLog } from './request-log.ts'

describe('RequestLog.failed', () => {
  it.each([
    ['engine-failed', 1],
    ['engine-unauthorized', 1],
    ['engine-not-found', 1],
    ['invalid-request', 0],
    ['overloaded', 0],
  ] as const)('logs %s as a whole %i times', (code, times) => {
    const errors: object[] = []
    const lines: object[] = []
    const logger = {
      info: (fields: object) => void lines.push(fields),
      error: (fields: object) => void errors.push(fields),
    }
    const log = new RequestLog({ requestId: 'r', method: 'POST', route: '/v1/complete' }, logger)
    log.failed(new CompletionError(code, 'why'))
    log.finish(400)
    expect(errors).toHaveLength(times)
    expect(lines).toMatchObject([{ errorCode: code }])
  })
})
