import { describe, expect, it, onTestFinished } from 'vitest'
import { deferred } from '../../../test/deferred.ts'
import { ScriptedEngine, type ScriptStep } from '../../../test/scripted-engine.ts'
import { createScriptedApp } from '../../../test/start-scripted-server.ts'
import { CompletionError } from '../../completion/completion-error.ts'

const PROMPT = '\n\nHuman: Hi\n\nAssistant:'
const MESSAGES = [{ role: 'user', content: 'Hi' }]
const ROUTES = [
  {
    path: '/v1/messages',
    body: { messages: MESSAGES, max_tokens: 9 },
    ping: 'event: ping',
    failure: /event: error\ndata: .*"overloaded_error"/,
    text: '"text_delta","text":" Yes"',
  },
  {
    path: '/v1/complete',
    body: { prompt: PROMPT, max_tokens_to_sample: 9 },
    ping: 'event: ping',
    failure: /event: error\r\ndata: .*"overloaded_error"/,
    text: '" Yes"',
  },
  {
    path: '/v1/chat/completions',
    body: { messages: MESSAGES, max_tokens: 9 },
    ping: ': ping',
    failure: /data: \{"error":.*[Oo]verloaded/,
    text: '"content":" Yes"',
  },
  {
    path: '/v1/completions',
    body: { prompt: PROMPT, max_tokens: 9 },
    ping: ': ping',
    failure: /data: \{"error":.*[Oo]verloaded/,
    text: '"text":" Yes"',
  },
] as const

/** Sends a request whose engine is silent before its first event, and reads up to the first bytes of its response. */
async function ask(
  { path, body }: { readonly path: string; readonly body: object },
  afterSilence: readonly ScriptStep[],
  { stream = true, pingIntervalMs = 1 } = {},
) {
  const silence = deferred()
  const engine = new ScriptedEngine({
    beforeStart: [{ waitsFor: silence.promise }, ...afterSilence],
    steps: [' Yes', { ends: 'end-of-generation' }],
  })
  const { app, logLines } = createScriptedApp(engine, { pingIntervalMs })
  const controller = new AbortController()
  onTestFinished(silence.resolve)
  const response = app.fetch(
    new Request(`http://continuo${path}`, {
      method: 'POST',
      headers: { 'x-api-key': 'K', 'anthropic-version': '2023-06-01' },
      body: JSON.stringify({ model: 'claude-2', stream, ...body }),
      signal: controller.signal,
    }),
  )
  return { engine, logLines, response, controller, endSilence: silence.resolve }
}

async function readPing(response: Response) {
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader()
  const first = (await reader?.read())?.value ?? ''
  const rest = async () => {
    let text = ''
    for (let read = await reader?.read(); read?.value !== undefined; read = await reader?.read())
      text += read.value
    return text
  }
  return { first, rest }
}

describe.each(ROUTES)('an engine that is silent before its first event, on $path', (route) => {
  it('sends headers and pings meanwhile, then the completion', async () => {
    const asked = await ask(route, [])
    const response = await asked.response
    expect(response.status).toBe(200)
    const { first, rest } = await readPing(response)
    expect(first).toContain(route.ping)
    asked.endSilence()
    expect(await rest()).toContain(route.text)
  })

  it('reports a later failure as an event', async () => {
    const asked = await ask(route, [{ throws: new CompletionError('overloaded', 'Overloaded') }])
    const { rest } = await readPing(await asked.response)
    asked.endSilence()
    expect(await rest()).toMatch(route.failure)
    expect(asked.logLines.at(-1)).toMatchObject({ errorType: 'overloaded_error' })
  })

  it('refuses with a status where the failure comes in time, or no stream was asked for', async () => {
    const refused: ScriptStep[] = [{ throws: new CompletionError('overloaded', 'Overloaded') }]
    for (const options of [{ pingIntervalMs: 2 ** 30 }, { stream: false }]) {
      const asked = await ask(route, refused, options)
      asked.endSilence()
      expect((await asked.response).status).toBe(529)
    }
  })

  it('cancels a request whose client disconnects meanwhile', async () => {
    const asked = await ask(route, [])
    const { rest } = await readPing(await asked.response)
    asked.controller.abort()
    await expect(rest()).rejects.toThrow()
    asked.endSilence()
    await asked.engine.running.until(0)
  })
})
