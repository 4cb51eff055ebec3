import { apiKeyAuth } from './api-key-auth.ts'
import type { AppDependencies } from './app-dependencies.ts'
import { checkOrigin } from './browser-access.ts'
import type { RequestContext } from './request-context.ts'

/** What OpenAI's clients are told of the API they speak. @see the API's page on OpenAI SDK compatibility */
const OPENAI_VERSION = '2020-10-01'

/** Before every route for OpenAI's clients: errors in their form, the browser, the key. They send no version. */
export function openAiGuard({ apiKeys, rules }: AppDependencies) {
  const checkApiKey = apiKeyAuth(apiKeys)
  return async function openAiGuard(context: RequestContext, next: () => Promise<void>): Promise<void> {
    const { headers } = context.req.raw
    context.set('clientStyle', 'openai')
    checkOrigin(headers, rules.allowBrowsers)
    checkApiKey(headers)
    await next()
    context.res.headers.set('openai-version', OPENAI_VERSION)
    // Always empty there too.
    context.res.headers.set('openai-processing-ms', '')
  }
}
