import { describe, expect, it } from 'vitest'
import { AccountError } from '../accounts/account-error.ts'
import { ANONYMOUS_CALLER } from '../completion/caller.ts'
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
    const log = new RequestLog(
      { requestId: 'r', method: 'POST', route: '/v1/complete' },
      '/v1/complete',
      logger,
    )
    log.failed(new CompletionError(code, 'why'))
    log.finish(400)
    expect(errors).toHaveLength(times)
    expect(lines).toMatchObject([{ errorCode: code }])
  })
})

describe('RequestLog', () => {
  function logOf(route: string, path = route) {
    const lines: object[] = []
    const observed: object[] = []
    const logger = {
      debug: (fields: object) => void lines.push({ level: 'debug', ...fields }),
      info: (fields: object) => void lines.push({ level: 'info', ...fields }),
      error: () => undefined,
    }
    const observer = { begin: () => undefined, end: (fields: object) => void observed.push(fields) }
    const log = new RequestLog({ requestId: 'r', method: 'POST', route }, path, logger, observer)
    return { lines, observed, log }
  }

  it('contains why a request failed, where, and for which model', () => {
    const { lines, observed, log } = logOf('/*', '/v1/nowhere')
    log.requested('gpt-x')
    log.failed(new CompletionError('invalid-request', 'stream: Input should be a valid boolean'))
    log.finish(400)
    expect(lines).toMatchObject([
      {
        level: 'info',
        errorType: 'invalid_request_error',
        errorCode: 'invalid-request',
        reason: 'stream: Input should be a valid boolean',
        path: '/v1/nowhere',
        modelId: 'gpt-x',
      },
    ])
    // They would be labels of a metric.
    expect(observed[0]).not.toHaveProperty('modelId')
    expect(observed[0]).not.toHaveProperty('path')
  })

  it('contains why a request of the Admin API failed', () => {
    const { lines, log } = logOf('/v1/organizations/users/{user_id}', '/v1/organizations/users/user_0')
    log.failed(AccountError.notFound('User', 'user_0'))
    log.finish(404)
    expect(lines).toMatchObject([
      { errorType: 'not_found_error', errorCode: 'account-not-found', reason: 'User `…` not found.' },
    ])
  })

  it.each([
    ['', undefined],
    ['wrkspc_1', 'wrkspc_1'],
  ])('names the key, and the workspace %j only where it is one', (workspaceId, expected) => {
    const { lines, log } = logOf('/v1/models')
    log.identified({ ...ANONYMOUS_CALLER, apiKeyId: 'apikey_1', workspaceId })
    log.finish(200)
    const { apiKeyId, workspaceId: logged } = lines[0] as Record<string, unknown>
    expect([apiKeyId, logged]).toEqual(['apikey_1', expected])
  })

  it('contains nothing of that where nothing failed', () => {
    const { lines, log } = logOf('/v1/models')
    log.requested('gpt-x')
    log.finish(200)
    expect(Object.keys(lines[0] ?? {})).not.toEqual(expect.arrayContaining(['path']))
    expect(lines[0]).not.toHaveProperty('modelId')
  })

  it.each([
    ['/health', 200, 'debug'],
    ['/metrics', 200, 'debug'],
    ['/health', 503, 'info'],
    ['/v1/models', 200, 'info'],
  ])('logs %s with the status %i for %s', (route, status, level) => {
    const { lines, log } = logOf(route)
    log.finish(status)
    expect(lines).toMatchObject([{ level }])
  })
})
