import { expect, test } from 'vitest'
import { type Script, ScriptedEngine } from '../scripted-engine.ts'
import { startScriptedServer } from '../start-scripted-server.ts'
import type { ServerNeeds, ServerUnderTest } from './conformance-case.ts'
import { CONFORMANCE_CASES, conformanceSuite } from './conformance-suite.ts'

const PLAIN_RESPONSE: Script = {
  steps: [' Hello', ' there', ',', ' what', ' can', ' I', ' do', '?', { ends: 'end-of-generation' }],
}

/** Rate limits and the OpenAI layer. */
const CASES_OF_OTHERS = [67, 68, 69, 72, 83, 84]

test('every case of the contract is here', () => {
  const numbers = new Set(CONFORMANCE_CASES.map((each) => Number.parseInt(each.number, 10)))
  const all = Array.from({ length: 88 }, (_, index) => index + 1)
  expect(all.filter((number) => !numbers.has(number))).toEqual(CASES_OF_OTHERS)
})

conformanceSuite('wire contract', CONFORMANCE_CASES, startServer)

async function startServer({ script, ...settings }: ServerNeeds): Promise<ServerUnderTest> {
  const engine = new ScriptedEngine(script ?? PLAIN_RESPONSE)
  const server = await startScriptedServer(engine, settings)
  return {
    url: server.url,
    requests: engine.requests,
    async close() {
      server.closeNow()
    },
  }
}
