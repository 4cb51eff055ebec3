// What the page in the browser does; its findings are sent back to the test. A plain script, since browsers read no
// TypeScript.
import { AI_PROMPT, Continuo, HUMAN_PROMPT } from '/dist/continuo.js'

const baseURL = new URLSearchParams(location.search).get('api')
const params = { model: 'claude-2.1', prompt: `${HUMAN_PROMPT} Hi${AI_PROMPT}`, max_tokens_to_sample: 16 }

function refusalOf(action) {
  try {
    action()
    return 'none'
  } catch (error) {
    return error.name
  }
}

async function collectFindings() {
  const refusal = refusalOf(() => new Continuo({ apiKey: 'any', baseURL }))
  const client = new Continuo({ apiKey: 'any', baseURL, dangerouslyAllowBrowser: true, maxRetries: 0 })
  const { data, request_id } = await client.completions.create(params).withResponse()

  let streamed = ''
  for await (const event of await client.completions.create({ ...params, stream: true }))
    streamed += event.completion

  const endless = await client.completions.create({ ...params, stream: true, model: 'endless' })
  for await (const event of endless) if (event.completion !== '') break

  const failure = await client.completions.create({ ...params, model: 'unknown' }).catch((error) => error)
  const models = []
  for await (const model of client.models.list()) models.push(model.id)
  return {
    refusal,
    whole: data.completion,
    request_id,
    streamed,
    failure: `${failure.name} ${failure.message}`,
    models,
  }
}

const findings = await collectFindings().catch((error) => ({ crash: String(error) }))
await fetch('/findings', { method: 'POST', body: JSON.stringify(findings) })
