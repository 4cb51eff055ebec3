import type * as z from 'zod'
import { LLAMA_SETTINGS_SCHEMA, type LlamaSection } from '../engines/llama/settings.ts'
import type { RecordingSection } from '../recordings/settings.ts'
import { ConfigError } from './config-error.ts'
import { CONFIG_SCHEMA, type ConfigFile } from './config-schema.ts'
import { describeIssue } from './describe-issue.ts'

type Optional<Values> = { readonly [Key in keyof Values]?: Values[Key] | undefined }

/** Settings from where the server is started, by flags or a program. They take precedence over the file. */
export interface ConfigOverrides
  extends Optional<
    Pick<ConfigFile, 'host' | 'port' | 'logLevel' | 'logFormat' | 'access' | 'tlsCert' | 'tlsKey'>
  > {
  readonly configPath?: string | undefined
  /** Added to those of the environment and the file. */
  readonly apiKeys?: readonly string[] | undefined
  /** Added to those of the environment and the file. */
  readonly adminKeys?: readonly string[] | undefined
  /** Where the state is kept: a folder, `postgres://…`, `memory` or `none`. */
  readonly state?: string | undefined
  /** Whether there is a state, in the user's folder, unless a setting says otherwise; else there is none. */
  readonly hasStateByDefault?: boolean | undefined
  /** Added to those of the file. */
  readonly allowedHosts?: readonly string[] | undefined
  /** Settings of the section `metrics`. */
  readonly metrics?: Optional<Pick<ConfigFile['metrics'], 'access'>> | undefined
  /** `modelsFolder` of the file. */
  readonly modelsFolder?: string | undefined
  /** Settings of the default engine, which must be a model in this process. */
  readonly engine?: Optional<LlamaSection> | undefined
  /** Settings of the section `recording` of the default engine. */
  readonly recording?: Partial<RecordingSection> | undefined
}

type Given<Values> = { [Key in keyof Values]?: Exclude<Values[Key], undefined> }

/**
 * The settings that are given, checked; those that are undefined are left out, and no default is filled in.
 *
 * @throws ConfigError that names the setting
 */
export function givenSettings<Values extends object>(
  shape: Readonly<Record<string, z.ZodType>>,
  values: Values,
): Given<Values> {
  const given: [string, unknown][] = []
  for (const [name, value] of Object.entries(values)) {
    if (value === undefined) continue
    const schema = shape[name]
    if (schema === undefined) throw new ConfigError(`There is no setting "${name}".`)
    const result = schema.safeParse(value)
    if (!result.success) throw settingError(name, result.error)
    given.push([name, result.data])
  }
  return Object.fromEntries(given) as Given<Values>
}

function settingError(name: string, { issues: [issue] }: z.ZodError): ConfigError {
  return new ConfigError(`${issue && describeIssue(issue, [name, ...issue.path])}.`)
}

/** The settings of the default engine that are given. */
export function givenEngineSettings({ engine = {} }: ConfigOverrides): Given<LlamaSection> {
  return givenSettings(LLAMA_SETTINGS_SCHEMA.shape, engine)
}

/** The settings of the server that are given. */
export function givenServerSettings({ host, port, logLevel, logFormat, access }: ConfigOverrides) {
  return givenSettings(CONFIG_SCHEMA.shape, { host, port, logLevel, logFormat, access })
}
