import { LLAMA_SETTINGS_SCHEMA } from '../engines/llama/settings.ts'
import type { LlamaEngineConfig } from './config.ts'

/** The engine of a file of which nothing is configured: it is loaded when it is asked for. */
export function onDemandConfig(path: string): LlamaEngineConfig {
  return { kind: 'llama', settings: { ...LLAMA_SETTINGS_SCHEMA.parse({ onDemand: true }), model: path } }
}
