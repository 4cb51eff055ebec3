import type { ApiResponse } from '../../api-response.ts'
import { escapeHtml, htmlPage } from '../../html-page.ts'
import type { JsonSchema } from '../../openapi/body-json-schema.ts'
import type { OpenApiDocument, Operation } from '../../openapi/openapi-document.ts'

/** A route with its place in the document. */
interface ListedOperation {
  readonly method: string
  readonly path: string
  readonly operation: Operation
}

/** The description of the API for people. */
export function apiPage({ info, tags, paths }: OpenApiDocument): ApiResponse {
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ method: method.toUpperCase(), path, operation })),
  )
  const sections = tags.flatMap(({ name }) => {
    const own = operations.filter(({ operation }) => operation.tags.includes(name))
    return own.length === 0 ? [] : [`<h2>${escapeHtml(name)}</h2>\n${own.map(operationHtml).join('\n')}`]
  })
  return htmlPage(
    `${info.title}: the API`,
    `<h1>The API of this server</h1>
<p>${escapeHtml(info.description)} For programs: <a href="/openapi.json">openapi.json</a>.</p>
${sections.join('\n')}`,
  )
}

function operationHtml({ method, path, operation }: ListedOperation): string {
  const schema = bodySchemaOf(operation)
  return `<h3>${method} <code>${escapeHtml(path)}</code></h3>
<p>${escapeHtml(operation.summary)}.</p>${schema === null ? '' : fieldTable(schema)}`
}

function bodySchemaOf({ requestBody }: Operation): JsonSchema | null {
  const content = requestBody?.content as
    | Readonly<Record<string, { readonly schema: JsonSchema }>>
    | undefined
  return content?.['application/json']?.schema ?? null
}

function fieldTable(schema: JsonSchema): string {
  const properties = Object.entries((schema.properties ?? {}) as Record<string, JsonSchema>)
  if (properties.length === 0) return ''
  const required = (schema.required ?? []) as readonly string[]
  const rows = properties.map(
    ([name, field]) =>
      `<tr><td><code>${escapeHtml(name)}</code></td><td>${escapeHtml(typeOf(field))}</td><td>${required.includes(name) ? 'required' : ''}</td></tr>`,
  )
  return `\n<table>${rows.join('')}</table>`
}

function typeOf(schema: JsonSchema): string {
  const alternatives = schema.anyOf as readonly JsonSchema[] | undefined
  if (alternatives !== undefined) return [...new Set(alternatives.map(typeOf))].join(' or ')
  if (Array.isArray(schema.enum)) return schema.enum.map((value) => JSON.stringify(value)).join(', ')
  if (schema.const !== undefined) return JSON.stringify(schema.const)
  return typeof schema.type === 'string' ? schema.type : 'any'
}
