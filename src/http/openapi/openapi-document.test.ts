import { Validator } from '@seriousme/openapi-schema-validator'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { type FullContinuo, openFullContinuo } from '../../../test/full-continuo.ts'
import type { Route } from '../route.ts'
import { RouteTable } from '../route-table.ts'
import { DESCRIBED_ROUTES } from './described-routes.ts'
import { describeRoute, type OpenApiDocument } from './openapi-document.ts'

let full: FullContinuo
let routes: readonly Route[] = []
let document: OpenApiDocument

beforeAll(async () => {
  const added = vi.spyOn(RouteTable.prototype, 'add')
  full = await openFullContinuo({ apiKeys: [] })
  // Message batches have a table of their own.
  routes = [
    ...new Map(added.mock.calls.map(([route]) => [`${route.method} ${route.pattern}`, route])).values(),
  ]
  added.mockRestore()
  document = (await (await get('/openapi.json')).json()) as OpenApiDocument
})

afterAll(() => full.close())

function get(path: string, headers: Readonly<Record<string, string>> = {}): Promise<Response> {
  return full.continuo.fetch(`http://localhost${path}`, { headers })
}

describe('/openapi.json', () => {
  it('is a valid document of OpenAPI 3.1', async () => {
    const validator = new Validator()
    expect(await validator.validate(document as never)).toMatchObject({ valid: true })
    expect(validator.version).toBe('3.1')
  })

  it('describes every route', () => {
    const missing = routes.filter((route) => describeRoute(route) === null)
    expect(missing.map(({ method, pattern }) => `add ${method} ${pattern} to DESCRIBED_ROUTES`)).toEqual([])
    const operations = Object.values(document.paths).flatMap((methods) => Object.keys(methods))
    expect(operations).toHaveLength(routes.length)
  })

  it('describes no route that there is not', () => {
    const known = routes.map(({ method, pattern }) => `${method} ${pattern}`)
    // The page of the first admin key is there only until it was used.
    const others = Object.keys(DESCRIBED_ROUTES).filter(
      (name) => !known.includes(name) && !name.includes('/set-up'),
    )
    expect(others).toEqual([])
  })

  it('has the fields of bodies, with what is in their lists', () => {
    const body = document.paths['/v1/messages']?.post?.requestBody as never
    expect(body).toMatchObject({
      content: {
        'application/json': {
          schema: {
            type: 'object',
            required: expect.arrayContaining(['model', 'messages', 'max_tokens']),
            properties: { temperature: expect.anything(), stop_sequences: expect.anything() },
          },
        },
      },
    })
    expect(JSON.stringify(document.paths['/v1/complete'])).toContain(
      '"stop_sequences":{"maxItems":8191,"type":"array","items":{"type":"string"}}',
    )
  })

  it('gives each parameter of a path its name', () => {
    expect(document.paths['/v1/models/{id}']?.get?.parameters).toEqual([
      { name: 'id', in: 'path', required: true, schema: { type: 'string' } },
    ])
    expect(document.paths['/v1/organizations/workspaces/{workspaceId}/members/{userId}']?.get?.summary).toBe(
      'Retrieve a member of a workspace',
    )
  })
})

describe('the pages', () => {
  it('show what runs here and a command that is right', async () => {
    const response = await get('/')
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8')
    const page = await response.text()
    expect(page).toContain('<code>remote-model</code>')
    expect(page).toContain('curl http://127.0.0.1:8642/v1/messages')
    expect(page).not.toContain('<script')
  })

  it('list every route by its group', async () => {
    const page = await (await get('/docs')).text()
    expect(page).toContain('<h3>POST <code>/v1/messages</code></h3>')
    expect(page).toContain('<tr><td><code>max_tokens</code></td><td>number</td><td>required</td></tr>')
    expect(page.match(/<h3>/g)).toHaveLength(routes.length)
  })

  it('are refused to pages of other sites', async () => {
    for (const path of ['/', '/docs', '/openapi.json']) {
      expect((await get(path, { origin: 'https://other.example' })).status).toBe(401)
    }
  })
})
