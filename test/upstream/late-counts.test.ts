import { describe, expect, it } from 'vitest'
import { send } from '../conformance/conformance-case.ts'
import { messageOf, sendMessage } from '../conformance/message-case.ts'
import { jsonScript, type ReceivedRequest, type UpstreamScript } from '../scripted-upstream.ts'
import { responseEvents } from '../upstream-model.ts'
import { openServer } from './open-upstream.ts'

const COMPLETION: UpstreamScript = { steps: responseEvents('openai-chat', [' One', ' two', ' three'], false) }
const UNTIL_TWO = { body: { stop_sequences: ['two'] } }

function counting(count: UpstreamScript) {
  return ({ path }: ReceivedRequest) => (/tokeni[sz]e|input_tokens/.test(path) ? count : COMPLETION)
}

describe('a completion that ends at a stop sequence before its upstream reports the prompt', () => {
  it('has the count of the tokenizer', async () => {
    const server = await openServer(counting(jsonScript({ input_tokens: 17 })), { server: 'llama-server' })
    expect(await messageOf(await sendMessage(server, UNTIL_TWO))).toMatchObject({
      stop_reason: 'stop_sequence',
      usage: { input_tokens: 17 },
    })
    expect(server.usageRecords).toMatchObject([{ promptTokens: 17, outcome: 'stop-sequence' }])
    const streamed = await sendMessage(server, { body: { ...UNTIL_TWO.body, stream: true } })
    expect(await streamed.text()).toMatch(/message_delta.*"input_tokens": ?17/)
  })

  it.each([
    ['ollama', COMPLETION],
    ['llama-server', jsonScript({ error: { message: 'no' } }, 500)],
    ['llama-server', { steps: ['stall'] } satisfies UpstreamScript],
  ] as const)('ends without it where %s cannot say', async (name, count) => {
    const server = await openServer(counting(count), { server: name })
    expect(await messageOf(await sendMessage(server, UNTIL_TWO))).toMatchObject({
      stop_reason: 'stop_sequence',
      usage: { input_tokens: 0 },
    })
    expect(server.usageRecords).toMatchObject([{ promptTokens: null, outcome: 'stop-sequence' }])
  })

  it('is not counted where the upstream reports it', async () => {
    const server = await openServer(counting(jsonScript({ input_tokens: 17 })), { server: 'llama-server' })
    expect(await messageOf(await sendMessage(server))).toMatchObject({ usage: { input_tokens: 9 } })
    expect(server.upstream.requests).toHaveLength(1)
  })
})

describe('a text completion by a server that puts the text through a chat template', () => {
  it('begins with a space, as the API promises', async () => {
    const steps = [' One', ' two'].map((text, index) => ({ choices: [{ text: index === 0 ? 'One' : text }] }))
    const server = await openServer(
      {
        steps: [...steps, { choices: [{ text: '', finish_reason: 'stop' }] }].map(
          (event) => `data: ${JSON.stringify(event)}\n\n`,
        ),
      },
      { kind: 'openai-completions', server: 'ollama' },
    )
    expect(await (await send(server)).json()).toMatchObject({ completion: ' One two' })
  })
})
