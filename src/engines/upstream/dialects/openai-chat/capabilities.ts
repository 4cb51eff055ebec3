import type { EngineCapabilities } from '../../../../completion/engine.ts'
import { OPENAI_SERVERS } from '../openai/openai-servers.ts'
import type { OpenAiChatSettings } from './settings.ts'

/** As the settings say, else as usual for the server. */
export function openAiChatCapabilities(settings: OpenAiChatSettings): EngineCapabilities {
  const server = OPENAI_SERVERS[settings.server]
  return {
    tools: settings.tools ?? server.takesTools,
    // Most models that are served are no vision models.
    images: settings.images ?? false,
    outputSchema: settings.outputSchema ?? server.holdsToSchema,
    rawPrompts: false,
    logprobs: 'completion',
  }
}
