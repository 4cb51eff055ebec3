import { text } from 'node:stream/consumers'
import { describe, expect, it } from 'vitest'
import { type CannedResponse, startCannedServer } from '../../test/canned-server.ts'
import { BatchRunError } from './batch-run-error.ts'
import { BatchServer } from './batch-server.ts'

const COUNTS = { processing: 1, succeeded: 2, errored: 0, canceled: 0, expired: 0 }
const BATCH = { id: 'msgbatch_1', processing_status: 'in_progress', request_counts: COUNTS }
const BUSY = { status: 529, body: { error: { message: 'Overloaded' } } }

async function start(...responses: readonly CannedResponse[]) {
  const server = await startCannedServer(...responses)
  return { ...server, batches: new BatchServer(`${server.url}//`, 'key', 0) }
}

async function* pieces() {
  yield '{"requests":['
  yield ']}'
}

describe('BatchServer', () => {
  it('sends a batch as it is read, with the key', async () => {
    const { batches, requests } = await start({ body: BATCH })
    expect(await batches.create(pieces())).toBe('msgbatch_1')
    expect(requests).toMatchObject([
      {
        line: 'POST /v1/messages/batches',
        body: '{"requests":[]}',
        headers: {
          'x-api-key': 'key',
          'anthropic-version': '2023-06-01',
          'content-type': 'application/json',
        },
      },
    ])
  })

  it('reads how far a batch is', async () => {
    const { batches, requests } = await start({
      body: BATCH,
      headers: { 'continuo-requests-remaining': '1' },
    })
    const progress = { id: 'msgbatch_1', hasEnded: false, total: 3, remaining: 1, succeeded: 2 }
    expect(await batches.read('msgbatch_1')).toEqual(progress)
    expect(requests).toMatchObject([{ line: 'GET /v1/messages/batches/msgbatch_1' }])
  })

  it.each<[string, CannedResponse]>([
    ['is overloaded', BUSY],
    ['limits its requests', { status: 429, body: 'slower' }],
    ['fails', { status: 500, body: '' }],
    ['closes the connection', null],
  ])('reads again what the server %s at', async (_, response) => {
    const { batches, requests } = await start(response, response, { body: '{"custom_id":"a"}\n' })
    const results = await batches.results('b')
    expect(await text(results)).toBe('{"custom_id":"a"}\n')
    expect(requests).toHaveLength(3)
  })

  it('gives up after ten times, with what the server says', async () => {
    const { batches, requests } = await start(...Array<CannedResponse>(20).fill(BUSY))
    await expect(batches.read('b')).rejects.toThrow(
      new BatchRunError('The server refused it with status 529: Overloaded'),
    )
    expect(requests).toHaveLength(10)
  })

  it('does not repeat what the server refuses for good', async () => {
    const body = { error: { message: 'no such batch' } }
    const { batches, requests } = await start({ status: 404, body }, { body: BATCH })
    await expect(batches.read('b')).rejects.toThrow('refused it with status 404: no such batch')
    expect(requests).toHaveLength(1)
  })

  it('does not send a batch twice', async () => {
    const { batches, requests } = await start(BUSY, { body: BATCH })
    await expect(batches.create(pieces())).rejects.toThrow('status 529: Overloaded')
    expect(requests).toHaveLength(1)
  })

  it('shows the start of what something between sends', async () => {
    const { batches } = await start({ status: 502, body: 'x'.repeat(5_000) })
    await expect(batches.create(pieces())).rejects.toThrow(
      new BatchRunError(`The server refused it with status 502: ${'x'.repeat(1_000)}`),
    )
  })

  it('says where the server was looked for', async () => {
    const { batches, url } = await start(null)
    await expect(batches.create(pieces())).rejects.toThrow(
      `The server cannot be reached at ${url}/v1/messages/batches: start it, or set --url.`,
    )
  })
})
