import {
  DEFAULT_UPSTREAM_ENGINE_SETTINGS,
  type UpstreamEngineSettings,
} from '../engines/upstream/dialects/upstream-settings.ts'
import { checkApiKey } from './check-api-key.ts'
import type { UpstreamEngineConfig } from './config.ts'
import { ConfigError } from './config-error.ts'
import type { UpstreamSection } from './engine-sections.ts'
import type { Environment } from './environment.ts'
import { withoutUndefined } from './without-undefined.ts'

/** It takes every sampling parameter, and does not say which stop sequence it met. */
const CLAUDE_BY_LLAMA_SERVER = { sampling: 'all', sendStopSequences: false } as const

/**
 * Completes the section of an engine on another server.
 *
 * @throws ConfigError when an address or the key's variable is wrong
 */
export function resolveUpstream(
  name: string,
  section: UpstreamSection,
  environment: Environment,
): UpstreamEngineConfig {
  const { apiKey, apiKeyVariable, contextTokens, ...others } = section
  for (const baseUrl of section.baseUrls) checkBaseUrl(name, baseUrl)
  const settings: UpstreamEngineSettings = {
    ...DEFAULT_UPSTREAM_ENGINE_SETTINGS,
    ...(section.kind === 'claude-messages' && section.server === 'llama-server'
      ? CLAUDE_BY_LLAMA_SERVER
      : {}),
    ...withoutUndefined(others),
    apiKey: apiKeyVariable === undefined ? ownKey(name, apiKey) : keyFrom(name, apiKeyVariable, environment),
    contextWindowTokens: contextTokens ?? null,
  }
  return { type: 'upstream', settings }
}

function checkBaseUrl(name: string, baseUrl: string): void {
  const url = new URL(baseUrl)
  if (url.username === '' && url.password === '' && url.search === '' && url.hash === '') return
  // Not shown: what is wrong with it may be that it holds a password.
  throw new ConfigError(
    `engines.${name}.baseUrls holds an address with a user, a query or a fragment: a key belongs into apiKey.`,
  )
}

function ownKey(name: string, apiKey: string | undefined): string | null {
  return apiKey === undefined ? null : checkApiKey(apiKey, `engines.${name}.apiKey`)
}

function keyFrom(name: string, variable: string, environment: Environment): string {
  const key = environment[variable]?.trim()
  if (key) return checkApiKey(key, `The environment variable ${variable}`)
  throw new ConfigError(
    `engines.${name}.apiKeyVariable names the environment variable ${variable}, which is not set.`,
  )
}
