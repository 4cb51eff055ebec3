import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  FULL_PROMPT,
  PLAIN_PROMPT,
  readHistory,
  summaryOf,
  upstreamHistory,
  upstreamRequest,
} from '../../../test/upstream-histories.ts'
import { ClaudeMessagesDialect } from './claude-messages-dialect.ts'
import type { ClaudeSampling } from './upstream-engine-settings.ts'

function dialect(sampling: ClaudeSampling = 'one', sendStopSequences = true, remarks: string[] = []) {
  return new ClaudeMessagesDialect({ model: 'm', server: 'other', sampling, sendStopSequences }, (remark) =>
    remarks.push(remark),
  )
}

describe('ClaudeMessagesDialect', () => {
  it('makes system and messages of a prompt and keeps the prefill', () => {
    expect(dialect().completionRequest(upstreamRequest(FULL_PROMPT))).toEqual({
      path: '/v1/messages',
      body: {
        model: 'm',
        system: 'Be brief.',
        messages: [
          { role: 'user', content: 'Hi' },
          { role: 'assistant', content: 'Hello!' },
          { role: 'user', content: 'How\n\nare you?' },
          { role: 'assistant', content: 'I am' },
        ],
        max_tokens: 64,
        stop_sequences: ['\n\nHuman:'],
        stream: true,
      },
    })
  })

  it('sends no white space at the end of a prefill, and no stop sequence of white space', () => {
    const request = upstreamRequest(`${PLAIN_PROMPT} I am \n`, { stopSequences: ['\n', 'END'] })
    expect(dialect().completionRequest(request).body).toMatchObject({
      messages: [
        { role: 'user', content: 'Hi' },
        { role: 'assistant', content: 'I am' },
      ],
      stop_sequences: ['END'],
    })
    expect(dialect('one', false).completionRequest(request).body).not.toHaveProperty('stop_sequences')
  })

  it.each<[ClaudeSampling, object, object, string[]]>([
    ['one', { temperature: 1, topP: null, topK: null }, {}, []],
    ['one', { temperature: 0.5, topP: 0.9, topK: 5 }, { temperature: 0.5, top_k: 5 }, ['top_p']],
    ['one', { temperature: 1, topP: 0.9, topK: null }, { top_p: 0.9 }, []],
    ['all', { temperature: 0.5, topP: 0.9, topK: 5 }, { temperature: 0.5, top_p: 0.9, top_k: 5 }, []],
    ['all', { temperature: 1, topP: null, topK: null }, { temperature: 1, top_p: 1 }, []],
    ['none', { temperature: 0, topP: null, topK: 5 }, {}, ['temperature', 'top_k']],
    ['none', { temperature: 1, topP: 1, topK: 0 }, {}, []],
  ])('with "%s" makes of %j only %j', (sampling, said, sent, leftOut) => {
    const remarks: string[] = []
    const request = upstreamRequest(PLAIN_PROMPT, {
      sampling: { temperature: 1, topP: null, topK: null, ...said },
    })
    const { body } = dialect(sampling, true, remarks).completionRequest(request)
    const fields = Object.entries(body).filter(([name]) => ['temperature', 'top_p', 'top_k'].includes(name))
    expect(Object.fromEntries(fields)).toEqual(sent)
    expect(remarks).toHaveLength(leftOut.length > 0 ? 1 : 0)
    for (const name of leftOut) expect(remarks[0]).toContain(name)
  })

  it('leaves nothing of the drawing to the defaults of llama-server', () => {
    const settings = {
      model: 'm',
      server: 'llama-server',
      sampling: 'all',
      sendStopSequences: false,
    } as const
    const request = upstreamRequest(PLAIN_PROMPT, { sampling: { temperature: 1, topP: null, topK: null } })
    expect(
      new ClaudeMessagesDialect(settings, () => undefined).completionRequest(request).body,
    ).toMatchObject({ temperature: 1, top_p: 1, top_k: 0 })
  })

  it.each([
    ['claude-messages', 'end-of-generation'],
    ['claude-stop-sequence', 'END'],
  ])('reads the history %s without its thoughts, however its bytes are cut', async (name, end) => {
    const bytes = upstreamHistory(name)
    const events = await readHistory(dialect(), bytes)
    expect(events[0]).toEqual({ type: 'prompt-usage', promptTokens: 21, reusedPromptTokens: 9 })
    expect(summaryOf(events)).toEqual({ text: 'Größe 👩‍🚀', completionTokens: 8, promptTokens: 21, end })
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(bytes.length), { maxLength: 20 }), async (cuts) => {
        expect(await readHistory(dialect(), bytes, cuts)).toEqual(events)
      }),
    )
  })

  it.each([
    ['end_turn', 'end-of-generation'],
    ['max_tokens', 'max-tokens'],
    ['model_context_window_exceeded', 'max-tokens'],
    ['refusal', 'end-of-generation'],
    ['something_new', 'end-of-generation'],
  ])('maps %s back to %s', async (reason, stopReason) => {
    const history = upstreamHistory('claude-messages').toString().replace('end_turn', reason)
    const events = await readHistory(dialect(), Buffer.from(history))
    expect(summaryOf(events).end).toBe(stopReason)
  })

  it('fails at an error in the middle of a stream', async () => {
    const history = `event: error\ndata: {"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}\n\n`
    await expect(readHistory(dialect(), Buffer.from(history))).rejects.toMatchObject({ kind: 'overloaded' })
  })

  it('counts tokens', () => {
    expect(dialect().countRequest(upstreamRequest(FULL_PROMPT).prompt)).toMatchObject({
      path: '/v1/messages/count_tokens',
      body: { model: 'm', system: 'Be brief.' },
    })
    expect(dialect().readCount({ input_tokens: 14 })).toEqual({ promptTokens: 14, contextWindowTokens: null })
    expect(dialect().readCount({})).toBeNull()
  })
})
