import { packageVersion } from '../../util/package-version.ts'
import type { Route } from '../route.ts'
import { bodyJsonSchema, type JsonSchema } from './body-json-schema.ts'
import { describeByPath } from './describe-by-path.ts'
import { type DescribedRoute, ROUTE_TAGS } from './described-route.ts'
import { DESCRIBED_ROUTES } from './described-routes.ts'

/** A route of the document. */
export interface Operation {
  readonly tags: readonly string[]
  readonly summary: string
  readonly parameters?: readonly JsonSchema[]
  readonly requestBody?: JsonSchema
  readonly responses: Readonly<Record<string, JsonSchema>>
  readonly security?: readonly JsonSchema[]
}

/** A description of the API by OpenAPI 3.1. */
export interface OpenApiDocument {
  readonly openapi: string
  readonly info: { readonly title: string; readonly version: string; readonly description: string }
  readonly tags: readonly { readonly name: string }[]
  readonly security: readonly JsonSchema[]
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
  readonly components: JsonSchema
}

const CONTENT_TYPES = {
  events: 'text/event-stream',
  text: 'text/plain',
  html: 'text/html',
  binary: 'application/octet-stream',
  lines: 'application/x-jsonl',
} as const
const BODY_TYPES = { multipart: 'multipart/form-data', form: 'application/x-www-form-urlencoded' } as const
const OBJECT: JsonSchema = { type: 'object' }
const ERROR = { $ref: '#/components/responses/Error' }

/** Describes the routes of a server; those that nothing describes are left out. */
export function openApiDocument(routes: readonly Pick<Route, 'method' | 'pattern'>[]): OpenApiDocument {
  const paths: Record<string, Record<string, Operation>> = {}
  for (const { method, pattern } of routes) {
    const described = describeRoute({ method, pattern })
    if (described === null) continue
    const path = templateOf(pattern)
    paths[path] = { ...paths[path], [method.toLowerCase()]: operationOf(described, pattern) }
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Continuo',
      version: packageVersion(),
      description:
        'The Claude API (Messages and Text Completions) and the OpenAI API, served from your own models. Clients of the Claude API send their key in x-api-key, those of OpenAI as a bearer token.',
    },
    tags: ROUTE_TAGS.map((name) => ({ name })),
    security: [{ apiKey: [] }, { bearer: [] }],
    paths,
    components: {
      securitySchemes: {
        apiKey: { type: 'apiKey', in: 'header', name: 'x-api-key' },
        bearer: { type: 'http', scheme: 'bearer' },
      },
      responses: {
        Error: {
          description: 'An error. Its text says what was wrong, where, and what to do.',
          content: json({
            type: 'object',
            properties: {
              type: { const: 'error' },
              error: {
                type: 'object',
                properties: { type: { type: 'string' }, message: { type: 'string' } },
                required: ['message'],
              },
              request_id: { type: 'string' },
            },
            required: ['error'],
          }),
        },
      },
    },
  }
}

/** What describes a route; null for one that has no description yet. */
export function describeRoute(route: Pick<Route, 'method' | 'pattern'>): DescribedRoute | null {
  return DESCRIBED_ROUTES[`${route.method} ${route.pattern}`] ?? describeByPath(route)
}

/** `/v1/models/:id{.+}` is `/v1/models/{id}`. */
function templateOf(pattern: string): string {
  return pattern.replace(/:(\w+)(\{\.\+\})?/g, '{$1}')
}

function operationOf({ tag, summary, body, responds, isOpen }: DescribedRoute, pattern: string): Operation {
  const names = [...pattern.matchAll(/:(\w+)/g)].map(([, name = '']) => name)
  return {
    tags: [tag],
    summary,
    ...(names.length === 0 ? {} : { parameters: names.map(pathParameter) }),
    ...(body === undefined ? {} : { requestBody: { required: true, content: bodyContent(body) } }),
    responses: {
      '200': { description: 'Success', content: responseContent(responds) },
      default: ERROR,
    },
    ...(isOpen === true ? { security: [{}] } : {}),
  }
}

function pathParameter(name: string): JsonSchema {
  return { name, in: 'path', required: true, schema: { type: 'string' } }
}

function bodyContent(body: NonNullable<DescribedRoute['body']>): JsonSchema {
  if (body === 'object') return json(OBJECT)
  if (body === 'multipart' || body === 'form') return { [BODY_TYPES[body]]: { schema: OBJECT } }
  return json(bodyJsonSchema(body))
}

/** A route that streams responds with JSON too, unless its body asks for a stream. */
function responseContent(responds: DescribedRoute['responds']): JsonSchema {
  if (responds === undefined) return json(OBJECT)
  const content = { [CONTENT_TYPES[responds]]: { schema: { type: 'string' } } }
  return responds === 'events' ? { ...json(OBJECT), ...content } : content
}

function json(schema: JsonSchema): JsonSchema {
  return { 'application/json': { schema } }
}
