import type { SetUpLink } from '../../accounts/set-up-link.ts'
import { ANONYMOUS_CALLER } from '../../completion/caller.ts'
import type { ThinkingSignatures } from '../../conversation/thinking-signatures.ts'
import type { ModelCatalog } from '../../models/model-catalog.ts'
import type { EngineDirectory } from '../../serving/engine-directory.ts'
import type { ApiRules } from '../../wire/api-rules.ts'
import type { ApiRequest } from '../api-request.ts'
import { type ClientStyle, clientStyleOf } from '../client-style.ts'
import { apiGuard } from '../guards/api-guard.ts'
import type { ApiKeyAccess } from '../guards/api-key-auth.ts'
import { checkBrowserAccess } from '../guards/browser-access.ts'
import { workspaceHeaders } from '../guards/caller-in-workspace.ts'
import { type ConsoleAccess, type ConsoleNeeds, consoleGuard, withConsole } from '../guards/console-guard.ts'
import type { Guard, Handler, Method, Route, RouteAccess } from '../route.ts'
import { RouteTable } from '../route-table.ts'
import { type AdminAccess, type AdminRoute, routeOf } from './admin/admin-route.ts'
import { linkRoutes } from './admin/link-routes.ts'
import { type BatchesApi, messageBatchRoutes } from './batches/message-batch-routes.ts'
import { chatCompletionsApi } from './chat-completions-api.ts'
import { completeApi } from './complete-api.ts'
import {
  type CompletionApi,
  type CompletionRouteDependencies,
  completionRoute,
  type ParsedCompletion,
} from './completion-route.ts'
import { consoleRoutes } from './console/console-routes.ts'
import { type ConsoleApi, consoleUserRoute } from './console/console-user-route.ts'
import { loginRoutes } from './console/login-routes.ts'
import { countTokensRoute } from './count-tokens-route.ts'
import type { DocumentDependencies } from './document-sources-of.ts'
import { engineRoutes } from './engines/engine-routes.ts'
import { fileRoutes } from './files/file-routes.ts'
import { healthRoute } from './health-route.ts'
import { messagesApi } from './messages-api.ts'
import { type MetricsEndpoint, metricsGuard, metricsRoute } from './metrics-route.ts'
import { listModelsRoute, retrieveModelRoute } from './models-routes.ts'
import { pageRoutes } from './pages/page-routes.ts'
import { promptRoutes } from './prompts/prompt-routes.ts'
import { recordingRoutes } from './recordings/recording-routes.ts'
import { responsesApi } from './responses-api.ts'
import { setUpRoutes } from './set-up/set-up-routes.ts'
import type { SkillsInUse } from './skills/find-skill.ts'
import type { SkillsApi } from './skills/skill-route.ts'
import { skillRoutes } from './skills/skill-routes.ts'
import { textCompletionsApi } from './text-completions-api.ts'

/** The Admin API, which needs a state. */
export interface AdminApi {
  readonly routes: readonly AdminRoute[]
  readonly roleOf: AdminAccess['roleOf']
  readonly admit: AdminAccess['admit']
  /** Null where there is an admin key already, or none is needed. */
  readonly setUpLink: SetUpLink | null
}

/** What the routes of the API are made of. */
export interface ApiRoutesDependencies
  extends CompletionRouteDependencies,
    ApiKeyAccess,
    DocumentDependencies {
  readonly engines: EngineDirectory
  readonly catalog: ModelCatalog
  readonly signatures: ThinkingSignatures
  readonly rules: ApiRules
  /** Without it there is no such route. */
  readonly metrics?: MetricsEndpoint
  /** Without it there is no Admin API. */
  readonly admin?: AdminApi
  /** Without it there is no console. */
  readonly console?: ConsoleApi
  /** Without it there are no message batches. */
  readonly messageBatches?: BatchesApi
  /** Without it there are no skills. */
  readonly storedSkills?: SkillsApi
  /** Without it messages cannot use skills. */
  readonly skillsInUse?: SkillsInUse
  /** Looks at the JSON of each body of Messages first. */
  readonly checkMessagesBody?: (body: object) => void
}

/** The routes of the API. */
export function createApiRoutes(dependencies: ApiRoutesDependencies): RouteTable {
  const { engines, catalog, rules, metrics, messageBatches, storedFiles, storedSkills } = dependencies
  const { orInConsole, claude, storage, openAi, either, open } = accessOf(dependencies)
  const routes = new RouteTable()
  const add = (method: Method, pattern: string, access: RouteAccess, handler: Handler) =>
    routes.add({ method, pattern, ...access, handler })
  const complete = <Parsed extends ParsedCompletion>(
    pattern: string,
    access: RouteAccess,
    api: CompletionApi<Parsed>,
  ) => add('POST', pattern, access, completionRoute(api, dependencies))

  add('GET', '/health', open, healthRoute(engines))
  if (metrics !== undefined) {
    const guard = orInConsole(metricsGuard(metrics), { action: 'read:analytics', isInWorkspace: false })
    const access = { ...open, guard, allowBrowsers: false }
    add('GET', '/metrics', access, metricsRoute(metrics))
  }
  const openAiReading = {
    resolveModel: (id: string) => catalog.resolve(id),
    capabilitiesOf: (modelId: string) => engines.engineFor(modelId).capabilities,
    rules,
  }
  complete('/v1/complete', claude, completeApi(dependencies))
  complete('/v1/messages', claude, messagesApi(dependencies))
  add('POST', '/v1/messages/count_tokens', claude, countTokensRoute(dependencies))
  const storedThings = [
    ...(messageBatches === undefined ? [] : messageBatchRoutes(messageBatches, rules)),
    ...(storedFiles === undefined ? [] : fileRoutes(storedFiles, rules)),
    ...(storedSkills === undefined ? [] : skillRoutes(storedSkills, rules)),
  ]
  for (const { method, pattern, handler } of storedThings) add(method, pattern, storage, handler)
  const prompts = dependencies.console?.prompts ?? null
  for (const { method, pattern, handler } of prompts === null ? [] : promptRoutes(prompts))
    add(method, pattern, claude, handler)
  complete('/v1/chat/completions', openAi, chatCompletionsApi(openAiReading))
  complete('/v1/responses', openAi, responsesApi(openAiReading))
  complete('/v1/completions', openAi, textCompletionsApi(openAiReading))
  add('GET', '/v1/models', either, listModelsRoute(dependencies))
  add('GET', '/v1/models/:id{.+}', either, retrieveModelRoute(dependencies))
  addAdminRoutes(routes, dependencies)
  for (const route of consoleAccessRoutes(dependencies)) routes.add(route)
  const ownModelIds = dependencies.access === 'open' ? catalog.ownModelIds : null
  for (const route of consoleRoutes()) routes.add(route)
  for (const route of pageRoutes(routes, open, { engines, ownModelIds })) routes.add(route)
  return routes
}

function consoleAccessRoutes(dependencies: ApiRoutesDependencies): readonly Route[] {
  const { console, admin } = dependencies
  if (console === undefined) return []
  const { sessions, logins } = console
  const setUpLink = admin?.setUpLink ?? null
  return [
    consoleUserRoute(console, dependencies),
    ...(sessions === null || logins === null ? [] : loginRoutes({ sessions, logins, setUpLink })),
  ]
}

function addAdminRoutes(routes: RouteTable, dependencies: ApiRoutesDependencies): void {
  const { admin, keys, access, rules } = dependencies
  if (admin === undefined) return
  const console = consoleGuard(consoleAccessOf(dependencies))
  const adminAccess: AdminAccess = { ...admin, keys, access, rules, console }
  const { logins = null, engines = null, recordings } = dependencies.console ?? {}
  const adminRoutes = [
    ...admin.routes,
    ...(logins === null ? [] : linkRoutes(logins)),
    ...(engines === null ? [] : engineRoutes(engines)),
    ...(recordings === undefined ? [] : recordingRoutes(recordings)),
  ]
  for (const route of adminRoutes) routes.add(routeOf(route, adminAccess))
  if (admin.setUpLink === null) return
  for (const route of setUpRoutes(admin.setUpLink)) routes.add(route)
}

function consoleAccessOf({ access, keys, console }: ApiRoutesDependencies): ConsoleAccess {
  // The app of message batches has no console, and no pages.
  return { access: console === undefined ? 'keys' : access, keys, sessions: console?.sessions ?? null }
}

/** Who may use which routes. */
function accessOf(dependencies: ApiRoutesDependencies) {
  const { keys, access, rules } = dependencies
  const { allowBrowsers } = rules
  const accessFor = (clientStyle: ClientStyle): RouteAccess => ({
    guard: apiGuard({ keys, access, allowBrowsers, clientStyle }),
    allowBrowsers,
    clientStyleOf: () => clientStyle,
    callerHeaders: workspaceHeaders(keys),
  })
  const identify = consoleGuard(consoleAccessOf(dependencies))
  const orInConsole = (guard: Guard, needs: ConsoleNeeds) => withConsole(guard, identify, needs)
  const inConsole = (routeAccess: RouteAccess, needs: Omit<ConsoleNeeds, 'isInWorkspace'>): RouteAccess => ({
    ...routeAccess,
    guard: orInConsole(routeAccess.guard, { ...needs, isInWorkspace: true }),
  })
  const [ofClaude, openAi] = [accessFor('claude'), accessFor('openai')]
  const claude = inConsole(ofClaude, { action: 'use:models' })
  const storage = inConsole(ofClaude, { action: 'use:files', takesForms: true })
  const styleOf = ({ headers }: ApiRequest) => clientStyleOf(headers, access === 'keys')
  const either: RouteAccess = {
    allowBrowsers,
    clientStyleOf: styleOf,
    callerHeaders: workspaceHeaders(keys),
    guard: (request) => (styleOf(request) === 'openai' ? openAi : claude).guard(request),
  }
  const open: RouteAccess = {
    ...ofClaude,
    guard({ headers }) {
      checkBrowserAccess(headers, allowBrowsers)
      return ANONYMOUS_CALLER
    },
  }
  return { orInConsole, claude, storage, openAi, either, open }
}
