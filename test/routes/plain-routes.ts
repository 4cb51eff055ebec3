import { readMetrics } from '../read-metrics.ts'
import { CLAUDE_ERRORS } from './claude-errors.ts'
import type { PlainRoute } from './completing-route.ts'
import { expectThat } from './expect-that.ts'
import { COUNT_TOKENS_ROUTE } from './messages-routes.ts'
import { OPENAI_MODELS_ROUTE } from './openai-routes.ts'

const HEADERS = { 'x-api-key': 'K', 'anthropic-version': '2023-06-01' }

/** The other routes. */
export const PLAIN_ROUTES: readonly PlainRoute[] = [
  {
    name: 'models',
    method: 'GET',
    path: '/v1/models',
    headers: HEADERS,
    queries: [
      'limit=2&after_id=claude-2.1&lifecycle[]=active',
      'limit=2&before_id=claude-2.1&lifecycle=active',
    ],
    growable: null,
    check(body) {
      const { data } = JSON.parse(body)
      expectThat(Array.isArray(data) && data.length > 0, 'a list of models', data)
    },
    errors: CLAUDE_ERRORS,
  },
  {
    name: 'model',
    method: 'GET',
    path: '/v1/models/claude-2.1',
    headers: HEADERS,
    growable: null,
    check(body) {
      const { id } = JSON.parse(body)
      expectThat(id === 'claude-2.1', 'claude-2.1', id)
    },
    errors: CLAUDE_ERRORS,
  },
  {
    name: 'health',
    method: 'GET',
    path: '/health',
    headers: {},
    growable: null,
    check: (body) => expectThat(body === '{"status":"ok"}', 'a healthy server', body),
    errors: CLAUDE_ERRORS,
  },
  {
    name: 'metrics',
    method: 'GET',
    path: '/metrics',
    headers: { authorization: 'Bearer K' },
    growable: null,
    check: (body) => void readMetrics(body),
    errors: CLAUDE_ERRORS,
  },
  page('home page', '/', '<h1>Continuo</h1>'),
  page('console', '/console', 'onsole'),
  page('page of the API', '/docs', '<h1>The API of this server</h1>'),
  page('description of the API', '/openapi.json', '{"openapi":"3.1.0"'),
  OPENAI_MODELS_ROUTE,
  COUNT_TOKENS_ROUTE,
]

function page(name: string, path: string, text: string): PlainRoute {
  return {
    ...{ name, method: 'GET', path, headers: {}, growable: null, errors: CLAUDE_ERRORS },
    check: (body) => expectThat(body.includes(text), text, body.slice(0, 200)),
  }
}
