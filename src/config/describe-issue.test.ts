import { describe, expect, it } from 'vitest'
import * as z from 'zod'
import { DIALECTS } from '../engines/upstream/dialects/dialects.ts'
import { CONFIG_SCHEMA } from './config-schema.ts'
import { describeIssue } from './describe-issue.ts'

function problemOf(config: unknown): string {
  const [issue] = CONFIG_SCHEMA.safeParse(config).error?.issues ?? []
  return issue === undefined ? 'none' : describeIssue(issue)
}

const FAR = { kind: 'openai-chat', baseUrls: ['http://a'], model: 'm' }
/** As an error lists them. */
const KINDS = ['llama', ...Object.keys(DIALECTS), 'replay']
  .map((kind) => `"${kind}"`)
  .join(', ')
  .replace(/, ([^,]*)$/, ' or $1')
const engine = (settings: object) => ({ engines: { a: settings } })

describe('describeIssue', () => {
  it.each<[unknown, string]>([
    [[], 'it must be an object'],
    [{ prot: 1 }, 'there is no setting "prot"'],
    [engine({ thread: 1 }), 'there is no setting "thread" in engines.a'],
    [{ port: '80' }, 'port must be a number'],
    [{ port: 1.5 }, 'port must be a whole number'],
    [{ port: 70_000 }, 'port must be at most 65535'],
    [{ port: -1 }, 'port must be at least 0'],
    [{ host: '' }, 'host must not be empty'],
    [{ host: 1 }, 'host must be a text'],
    [{ sharedCache: 'yes' }, 'sharedCache must be true or false'],
    [{ apiKeys: 'k' }, 'apiKeys must be a list'],
    [{ apiKeys: ['k', 3] }, 'apiKeys[1] must be a text'],
    [{ rules: null }, 'rules must be an object'],
    [{ rules: { checkUserId: 1 } }, 'rules.checkUserId must be true or false'],
    [{ logLevel: 'all' }, 'logLevel must be "silent", "error", "warn", "info" or "debug"'],
    [{ organizationId: 'x' }, 'organizationId must be a UUID'],
    [engine({ threads: 'many' }), 'engines.a.threads must be a number or "auto"'],
    [engine({ threads: 0 }), 'engines.a.threads must be at least 1'],
    [engine({ flashAttention: 1 }), 'engines.a.flashAttention must be true or false or "auto"'],
    [engine({ kind: 'grpc' }), `engines.a.kind must be ${KINDS}`],
    [engine({ ...FAR, baseUrls: undefined }), 'engines.a.baseUrls is missing'],
    [engine({ ...FAR, baseUrls: [] }), 'engines.a.baseUrls must not be empty'],
    [
      engine({ ...FAR, baseUrls: ['a:80'] }),
      'engines.a.baseUrls[0] must be an address like "http://host:port"',
    ],
    [{ models: { m: 1 } }, 'models.m must be a text or an object'],
    [{ models: { m: { engine: 1 } } }, 'models.m.engine must be a text'],
    [{ models: { m: { engine: 'a', name: 'b' } } }, 'there is no setting "name" in models.m'],
  ])('says what is wrong with %j', (config, problem) => {
    expect(problemOf(config)).toBe(problem)
  })

  it('never shows a value', () => {
    const secret = 'sk-secret'
    const configs = [
      { apiKeys: secret },
      { apiKeys: [[secret]] },
      { logLevel: secret },
      { models: { m: [secret] } },
      engine({ kind: secret }),
      engine({ ...FAR, baseUrls: [secret] }),
    ]
    for (const config of configs) expect(problemOf(config)).not.toContain(secret)
  })

  it('can be given the place', () => {
    const [issue] = z.int().safeParse('x').error?.issues ?? []
    expect(issue && describeIssue(issue, ['seed'])).toBe('seed must be a number')
  })
})
