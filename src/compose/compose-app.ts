import { DeclaredKeys, type DeclaredSecrets } from '../accounts/declared-keys.ts'
import { CacheLedger } from '../conversation/cache-ledger.ts'
import { ThinkingSignatures } from '../conversation/thinking-signatures.ts'
import { type App, type AppDependencies, createApp } from '../http/app.ts'
import type { ApiKeyAccess } from '../http/guards/api-key-auth.ts'
import { type ApiRoutesDependencies, createApiRoutes } from '../http/routes/api-routes.ts'
import type { ServingDependencies } from '../serving/serve-completion.ts'

/** What an app is composed of. */
export interface ComposeAppOptions
  extends Pick<
      ApiRoutesDependencies,
      | 'engines'
      | 'catalog'
      | 'rules'
      | 'metrics'
      | 'admin'
      | 'console'
      | 'messageBatches'
      | 'storedFiles'
      | 'storedSkills'
      | 'skillsInUse'
      | 'documentHosts'
      | 'pdfReader'
      | 'checkMessagesBody'
      | 'pingIntervalMs'
      | 'recordRefusal'
    >,
    Partial<ApiKeyAccess>,
    DeclaredSecrets,
    Pick<
      ServingDependencies,
      'minCachedTokens' | 'checkRecording' | 'admit' | 'costOf' | 'recordUsage' | 'tokenObserver'
    >,
    Omit<AppDependencies, 'routes' | 'allowBrowsers'> {
  /** What thinking is signed with; signatures stay valid as long as it stays the same. */
  readonly signatureSecret: string
}

/** The API on some engines, and what its completions are served with. */
export interface ComposedApp {
  readonly app: App
  readonly serving: ServingDependencies
}

/** Puts the API together. */
export function composeApp(options: ComposeAppOptions): ComposedApp {
  const nowMs = () => performance.now()
  const serving: ServingDependencies = { ...options, ledger: new CacheLedger(nowMs), nowMs }
  const signatures = new ThinkingSignatures(options.signatureSecret)
  const { keys = new DeclaredKeys(options), access = options.apiKeys.length > 0 ? 'keys' : 'open' } = options
  const routes = createApiRoutes({ ...options, keys, access, serving, signatures })
  const { allowBrowsers } = options.rules
  return { app: createApp({ ...options, routes, allowBrowsers }), serving }
}
