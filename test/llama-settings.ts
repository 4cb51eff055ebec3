import { LLAMA_SETTINGS_SCHEMA, type LlamaEngineSettings } from '../src/engines/llama/settings.ts'

/** The settings of a model in this process: the defaults, with changes. */
export function llamaSettings(
  changes: Pick<LlamaEngineSettings, 'model'> & Partial<LlamaEngineSettings>,
): LlamaEngineSettings {
  return { ...LLAMA_SETTINGS_SCHEMA.parse({}), ...changes }
}
