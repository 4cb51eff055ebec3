/**
 * Prints how many bytes of V8's heap each kind of request allocates, as JSON. Started with a young generation that holds all of
 * them, so that nothing is collected meanwhile and the growth of the heap is what was allocated.
 */
import { PerformanceObserver } from 'node:perf_hooks'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { fetchFrom } from '../../src/http/fetch-from.ts'
import { ScriptedEngine } from '../scripted-engine.ts'
import { createScriptedApp } from '../start-scripted-server.ts'

const WARM_UP = 500
const REQUESTS = 200
const TOKENS = 32

const steps = Array.from({ length: TOKENS }, (_, index) => ` word${index}`)
const engine = new ScriptedEngine({ steps: [...steps, { ends: 'end-of-generation' }] })
const fetch = fetchFrom(createScriptedApp(engine).app.handle)

async function send(stream: boolean): Promise<void> {
  const response = await fetch('http://continuo/v1/messages', {
    method: 'POST',
    headers: { 'x-api-key': 'K', 'anthropic-version': '2023-06-01', 'content-type': 'application/json' },
    body: JSON.stringify({
      ...{ model: 'claude-2.1', max_tokens: 100, stream },
      messages: [{ role: 'user', content: 'Count' }],
    }),
  })
  const text = await response.text()
  if (response.status !== 200 || !text.includes('word31')) throw new Error(text)
}

let collections = 0
new PerformanceObserver((list) => {
  collections += list.getEntries().length
}).observe({ entryTypes: ['gc'] })

async function bytesOf(stream: boolean): Promise<number> {
  for (let index = 0; index < WARM_UP; index++) await send(stream)
  globalThis.gc?.()
  await nextTurn()
  await nextTurn()
  const [before, collectionsBefore] = [process.memoryUsage().heapUsed, collections]
  for (let index = 0; index < REQUESTS; index++) await send(stream)
  const { heapUsed } = process.memoryUsage()
  await nextTurn()
  await nextTurn()
  if (collections > collectionsBefore) throw new Error('the heap was collected meanwhile')
  return Math.round((heapUsed - before) / REQUESTS)
}

process.stdout.write(JSON.stringify({ json: await bytesOf(false), stream: await bytesOf(true) }))
process.exit(0)
