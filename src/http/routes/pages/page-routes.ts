import type { EngineDirectory } from '../../../serving/engine-directory.ts'
import { encodedJsonResponse } from '../../api-response.ts'
import { type OpenApiDocument, openApiDocument } from '../../openapi/openapi-document.ts'
import type { Handler, Route, RouteAccess } from '../../route.ts'
import type { RouteTable } from '../../route-table.ts'
import { apiPage } from './api-page.ts'
import { homePage } from './home-page.ts'

/** What the pages show. */
export interface PageDependencies {
  readonly engines: Pick<EngineDirectory, 'readiness'>
  /** The ids of this server's own models; null where a key is needed to see them. */
  readonly ownModelIds: readonly string[] | null
}

/** The pages for people, and the description of the API, which is made when it is asked for first. */
export function pageRoutes(
  table: RouteTable,
  access: RouteAccess,
  { engines, ownModelIds }: PageDependencies,
): readonly Route[] {
  let made: OpenApiDocument | null = null
  let json: string | null = null
  const document = () => {
    made ??= openApiDocument(table.all)
    return made
  }
  const route = (pattern: string, handler: Handler): Route => ({ method: 'GET', pattern, handler, ...access })
  return [
    route('/', ({ request }) =>
      homePage({
        readiness: engines.readiness,
        ownModelIds,
        host: request.hosts[0] ?? null,
        isSecure: request.isSecure === true || request.headers.get('x-forwarded-proto') === 'https',
      }),
    ),
    route('/docs', () => apiPage(document())),
    route('/openapi.json', () => {
      json ??= JSON.stringify(document())
      return encodedJsonResponse(json)
    }),
  ]
}
