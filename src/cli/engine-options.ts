import type { Command } from 'commander'
import type { ConfigOverrides } from '../config/config-overrides.ts'
import { LLAMA_SETTINGS_SCHEMA } from '../engines/llama/settings.ts'
import { flagProperty, settingOption } from './setting-option.ts'

/** Values of the flags of every command that runs a model. */
export type EngineFlags = NonNullable<ConfigOverrides['engine']> & { readonly config?: string }

const { kind: _, ...ENGINE_SETTINGS } = LLAMA_SETTINGS_SCHEMA.shape

/** What the help calls texts. */
const PLACEHOLDERS: Readonly<Record<string, string>> = {
  model: 'model',
  servedModelName: 'id',
  loraAdapters: 'file',
  draftModel: 'model',
}

/** Adds a flag for every setting of a model in this process. */
export function addEngineOptions(command: Command): Command {
  command.optionsGroup('Model options:')
  for (const [name, schema] of Object.entries(ENGINE_SETTINGS))
    command.addOption(settingOption(name, schema, PLACEHOLDERS[name]))
  return command
}

/** Adds `--config`. */
export function addConfigOption(command: Command): Command {
  return command.option(
    '--config <file>',
    'A configuration file (or set CONTINUO_CONFIG). Flags take precedence over it',
  )
}

/** The settings of the default engine that flags give. */
export function engineSettings(flags: EngineFlags): NonNullable<ConfigOverrides['engine']> {
  const values = flags as Readonly<Record<string, unknown>>
  const given = Object.entries(ENGINE_SETTINGS).map(([name, schema]) => [
    name,
    values[flagProperty(name, schema)],
  ])
  return Object.fromEntries(given)
}
