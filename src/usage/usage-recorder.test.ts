import { describe, expect, it, vi } from 'vitest'
import { ANONYMOUS_CALLER, type Caller } from '../completion/caller.ts'
import type { CompletionErrorCode } from '../completion/completion-error.ts'
import { UnconfirmedError } from './journal-segment.ts'
import { NO_COST } from './price.ts'
import type { UsageRecord } from './usage-record.ts'
import { UsageRecorder, type UsageRecorderOptions } from './usage-recorder.ts'
import type { UsageRow } from './usage-row.ts'
import type { RefusedRequest } from './usage-row-of.ts'

const CALLER: Caller = {
  ...ANONYMOUS_CALLER,
  apiKeyId: 'apikey_1',
  workspaceId: 'wrkspc_1',
  actorId: 'user_1',
}
const RECORD: UsageRecord = {
  requestId: 'req_1',
  caller: CALLER,
  api: 'messages',
  modelId: 'm',
  engine: 'e',
  engineModel: 'em',
  isStream: true,
  serviceTier: 'standard',
  promptTokens: 100,
  reusedPromptTokens: 90,
  cacheReadTokens: 20,
  cacheWrite5mTokens: 30,
  cacheWrite1hTokens: 5,
  completionTokens: 7,
  outcome: 'end-of-generation',
  queueMs: 1,
  prefillMs: 2,
  timeToFirstTokenMs: 3.4,
  totalMs: 10.6,
}
const REFUSED: RefusedRequest = {
  requestId: 'req_2',
  caller: CALLER,
  api: 'text-completions',
  modelId: '',
  isStream: false,
  status: 400,
  errorCode: 'invalid-request',
  totalMs: 0.4,
}

const STATUSES: Partial<Record<CompletionErrorCode, number>> = { overloaded: 529, cancelled: 499 }

function recorderWith(options: Partial<UsageRecorderOptions> = {}) {
  const rows: UsageRow[] = []
  const problems: string[] = []
  const recorder = new UsageRecorder({
    journal: { isFull: false, append: async (row) => void rows.push(row) },
    prices: { costOf: ({ outputTokens }) => ({ ...NO_COST, outputCost: 10 * outputTokens, priceFrom: 4 }) },
    whenFull: 'refuse',
    nowMs: () => 1_000,
    statusOf: (code) => STATUSES[code] ?? 500,
    onProblem: (text) => problems.push(text),
    ...options,
  })
  return { recorder, rows, problems }
}

describe('UsageRecorder', () => {
  it('records a completion with what it used and cost', () => {
    const { recorder, rows } = recorderWith()
    void recorder.record(RECORD)
    expect(rows).toEqual([
      {
        requestId: 'req_1',
        at: 1_000,
        workspaceId: 'wrkspc_1',
        apiKeyId: 'apikey_1',
        actorId: 'user_1',
        path: '/v1/messages',
        product: 'messages_api',
        model: 'm',
        engineModel: 'em',
        serviceTier: 'standard',
        contextWindow: '0-200k',
        inferenceGeo: 'global',
        speed: 'standard',
        uncachedInputTokens: 45,
        cacheReadTokens: 20,
        cacheWrite5mTokens: 30,
        cacheWrite1hTokens: 5,
        outputTokens: 7,
        webSearches: 0,
        status: 200,
        outcome: 'completed',
        stopReason: 'end_turn',
        errorCode: null,
        isStream: 1,
        firstTokenMs: 3,
        totalMs: 11,
        batchId: null,
        ...NO_COST,
        outputCost: 70,
        priceFrom: 4,
      },
    ])
  })

  it.each([
    ['max-tokens', { status: 200, outcome: 'completed', stopReason: 'max_tokens', errorCode: null }],
    ['tool-call', { status: 200, outcome: 'completed', stopReason: 'tool_use', errorCode: null }],
    ['cancelled', { status: 499, outcome: 'cancelled', stopReason: null, errorCode: 'cancelled' }],
    ['overloaded', { status: 529, outcome: 'failed', stopReason: null, errorCode: 'overloaded' }],
  ] as const)('says how one with the outcome %s ended', (outcome, columns) => {
    const { recorder, rows } = recorderWith()
    recorder.record({ ...RECORD, outcome })
    expect(rows).toMatchObject([columns])
  })

  it('distinguishes prompts of more than 200,000 tokens, and counts none that an upstream did not report', () => {
    const { recorder, rows } = recorderWith()
    for (const promptTokens of [200_000, 200_001, null]) recorder.record({ ...RECORD, promptTokens })
    expect(rows.map(({ contextWindow }) => contextWindow)).toEqual(['0-200k', '200k-1M', '0-200k'])
    expect(rows[2]?.uncachedInputTokens).toBe(0)
  })

  it('records a refusal to a known key without tokens, and none to a stranger', () => {
    const { recorder, rows } = recorderWith()
    recorder.recordRefusal(REFUSED)
    recorder.recordRefusal({ ...REFUSED, caller: ANONYMOUS_CALLER })
    expect(rows).toMatchObject([
      {
        requestId: 'req_2',
        path: '/v1/complete',
        model: '',
        status: 400,
        outcome: 'refused',
        errorCode: 'invalid-request',
        uncachedInputTokens: 0,
        outputTokens: 0,
        totalMs: 0,
      },
    ])
  })

  it('refuses requests while the journal is full, or drops their rows, as it is set', () => {
    const full = { isFull: true, append: () => expect.unreachable() }
    const refusing = recorderWith({ journal: full })
    expect(() => refusing.recorder.checkRecording()).toThrow(expect.objectContaining({ code: 'overloaded' }))
    const dropping = recorderWith({ journal: full, whenFull: 'drop' })
    expect(() => dropping.recorder.checkRecording()).not.toThrow()
    dropping.recorder.record(RECORD)
    expect(dropping.recorder.droppedRows).toBe(1)
    expect(dropping.problems).toEqual([expect.stringContaining('the journal is full')])
    expect(() => recorderWith().recorder.checkRecording()).not.toThrow()
  })

  it('survives a disk that takes no more, and reports it once a minute', async () => {
    const throwing = recorderWith({
      whenFull: 'drop',
      journal: {
        isFull: false,
        append: () => Promise.reject(new Error('ENOSPC: no space left on device')),
      },
    })
    for (let n = 0; n < 3; n++) await throwing.recorder.record(RECORD)
    expect(throwing.recorder.droppedRows).toBe(3)
    expect(throwing.problems).toEqual([expect.stringContaining('ENOSPC')])
  })

  it('refuses requests for a second where the disk does not confirm a row, which is recorded all the same', async () => {
    vi.useFakeTimers()
    try {
      const journal = {
        isFull: false,
        append: () => Promise.reject(new UnconfirmedError(new Error('EIO: i/o error, fdatasync'))),
      }
      const { recorder, problems } = recorderWith({ journal })
      await recorder.record(RECORD)
      expect(problems).toEqual([
        expect.stringContaining('a power cut would take it (EIO: i/o error, fdatasync)'),
      ])
      expect(recorder.droppedRows).toBe(0)
      expect(() => recorder.checkRecording()).toThrow(expect.objectContaining({ code: 'overloaded' }))
      vi.advanceTimersByTime(1_000)
      expect(() => recorder.checkRecording()).not.toThrow()
      const dropping = recorderWith({ journal, whenFull: 'drop' })
      await dropping.recorder.record(RECORD)
      expect(() => dropping.recorder.checkRecording()).not.toThrow()
    } finally {
      vi.useRealTimers()
    }
  })

  it('refuses requests while the disk takes no more, and records those in flight once it does', async () => {
    vi.useFakeTimers()
    try {
      const rows: UsageRow[] = []
      let isDiskFull = true
      const journal = {
        isFull: false,
        async append(row: UsageRow) {
          if (isDiskFull) throw new Error('ENOSPC: no space left on device')
          rows.push(row)
        },
      }
      const { recorder } = recorderWith({ journal: journal as UsageRecorderOptions['journal'] })
      for (const requestId of ['req_1', 'req_2']) await recorder.record({ ...RECORD, requestId })
      await vi.advanceTimersByTimeAsync(5_000)
      expect(() => recorder.checkRecording()).toThrow(expect.objectContaining({ code: 'overloaded' }))
      isDiskFull = false
      await vi.advanceTimersByTimeAsync(1_000)
      expect(() => recorder.checkRecording()).not.toThrow()
      isDiskFull = true
      await recorder.record({ ...RECORD, requestId: 'req_3' })
      isDiskFull = false
      await recorder.close()
      expect(rows.map((row) => row.requestId)).toEqual(['req_1', 'req_2', 'req_3'])
      expect(recorder.droppedRows).toBe(0)
    } finally {
      vi.useRealTimers()
    }
  })
})
