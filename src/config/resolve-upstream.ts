import type { UpstreamEngineSettings } from '../engines/upstream/dialects/dialects.ts'
import { checkApiKey } from './check-api-key.ts'
import type { UpstreamEngineConfig } from './config.ts'
import { ConfigError } from './config-error.ts'

/** The environment variables of a process. */
export type Environment = Readonly<Record<string, string | undefined>>

/**
 * Checks the section of an engine on another server, and looks its API key up.
 *
 * @throws ConfigError when an address or the key's variable is wrong
 */
export function resolveUpstream(
  name: string,
  section: UpstreamEngineSettings,
  environment: Environment,
): UpstreamEngineConfig {
  for (const baseUrl of section.baseUrls) checkBaseUrl(name, baseUrl)
  const { apiKey, apiKeyVariable, ...others } = section
  if (apiKeyVariable !== undefined) {
    return {
      kind: 'upstream',
      settings: { ...others, apiKey: keyFrom(name, apiKeyVariable, environment) },
    }
  }
  if (apiKey === undefined) return { kind: 'upstream', settings: others }
  return {
    kind: 'upstream',
    settings: { ...others, apiKey: checkApiKey(apiKey, `engines.${name}.apiKey`) },
  }
}

function checkBaseUrl(name: string, baseUrl: string): void {
  const url = new URL(baseUrl)
  if (url.username === '' && url.password === '' && url.search === '' && url.hash === '') return
  // Not shown: what is wrong with it may be that it holds a password.
  throw new ConfigError(
    `engines.${name}.baseUrls holds an address with a user, a query or a fragment: put the key into apiKey.`,
  )
}

function keyFrom(name: string, variable: string, environment: Environment): string {
  const key = environment[variable]?.trim()
  if (key) return checkApiKey(key, `The environment variable ${variable}`)
  throw new ConfigError(
    `engines.${name}.apiKeyVariable names the environment variable ${variable}, which is not set.`,
  )
}
