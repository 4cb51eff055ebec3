import type { Readiness } from '../../../serving/engine-directory.ts'
import { packageVersion } from '../../../util/package-version.ts'
import type { ApiResponse } from '../../api-response.ts'
import { escapeHtml, htmlPage } from '../../html-page.ts'

/** What the page shows of a server. */
export interface ShownServer {
  readonly readiness: Readiness
  /** Null where a key is needed to see them. */
  readonly ownModelIds: readonly string[] | null
  /** The name by which the browser calls the server; null if it does not send one. */
  readonly host: string | null
  readonly isSecure: boolean
}

const STATES: Readonly<Record<Readiness, string>> = {
  ready: 'It is ready.',
  loading: 'It loads its model.',
  unresponsive: 'Its engine does not respond.',
  draining: 'It is about to stop.',
}
const DEFAULT_HOST = '127.0.0.1:8642'

/** What runs here, and what to do with it. */
export function homePage({ readiness, ownModelIds, host, isSecure }: ShownServer): ApiResponse {
  const url = `${isSecure ? 'https' : 'http'}://${host ?? DEFAULT_HOST}`
  const key = ownModelIds === null ? '$CONTINUO_API_KEY' : 'any'
  const model = ownModelIds?.[0] ?? 'claude-2.1'
  const body = { model, max_tokens: 64, messages: [{ role: 'user', content: 'What is 17 + 25?' }] }
  const command = `curl ${url}/v1/messages \\
  -H "x-api-key: ${key}" -H 'anthropic-version: 2023-06-01' -H 'content-type: application/json' \\
  -d '${JSON.stringify(body).replaceAll("'", "'\\''")}'`
  return htmlPage(
    'Continuo',
    `<h1>Continuo</h1>
<p>Version ${escapeHtml(packageVersion())} serves the Claude API and the OpenAI API here. ${STATES[readiness]}</p>
${modelList(ownModelIds)}
<p><a href="/console"><strong>Open the console</strong></a> to try models, make keys and see what they use.</p>
<h2>Try it</h2>
<pre>${escapeHtml(command)}</pre>
<p>Official SDKs work unchanged: set their base URL to <code>${escapeHtml(url)}</code>, for OpenAI’s <code>${escapeHtml(url)}/v1</code>.</p>
<ul>
<li><a href="/docs">The API, route by route</a></li>
<li><a href="/openapi.json">Its description by OpenAPI 3.1</a></li>
<li><a href="/health">Whether completions are served</a></li>
</ul>`,
  )
}

function modelList(ids: readonly string[] | null): string {
  if (ids === null) return '<p>It needs an API key.</p>'
  return `<p>Models: ${ids.map((id) => `<code>${escapeHtml(id)}</code>`).join(', ')}, and every id of Claude.</p>`
}
