import type { AppDependencies } from '../app-dependencies.ts'
import type { Guard } from '../request-context.ts'
import { apiKeyAuth } from './api-key-auth.ts'
import { checkBrowserAccess } from './browser-access.ts'

/** What OpenAI's clients are told of the API they speak. @see the API's page on OpenAI SDK compatibility */
const OPENAI_VERSION = '2020-10-01'

/** Before every route for OpenAI's clients: errors in their form, the browser, the key. They send no version. */
export function openAiGuard({ apiKeys, sharedCache, rules }: AppDependencies): Guard {
  const checkApiKey = apiKeyAuth(apiKeys, { sharedCache })
  return function openAiGuard(context) {
    const { headers } = context.request
    context.clientStyle = 'openai'
    checkBrowserAccess(headers, rules.allowBrowsers)
    const caller = checkApiKey(headers)
    context.responseHeaders['openai-version'] = OPENAI_VERSION
    // Always empty there too.
    context.responseHeaders['openai-processing-ms'] = ''
    return caller
  }
}
