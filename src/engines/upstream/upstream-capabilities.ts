import type { EngineCapabilities } from '../../completion/engine.ts'
import { OPENAI_SERVERS } from './dialects/openai/openai-servers.ts'
import type { UpstreamEngineSettings } from './dialects/upstream-settings.ts'

/** What an upstream can do: as it is said to, else as servers of its kind usually can. */
export function upstreamCapabilities(settings: UpstreamEngineSettings): EngineCapabilities {
  const { kind, tools, images, outputSchema, rawPrompts } = settings
  const server = OPENAI_SERVERS[settings.server]
  switch (kind) {
    case 'openai-completions':
      return {
        tools: false,
        images: false,
        outputSchema: false,
        rawPrompts: rawPrompts ?? server.takesTexts,
      }
    case 'openai-chat':
      return {
        tools: tools ?? server.takesTools,
        // Most models that are served do not see.
        images: images ?? false,
        outputSchema: outputSchema ?? server.holdsToSchema,
        rawPrompts: false,
      }
    case 'claude-messages':
      return {
        tools: tools ?? true,
        images: images ?? settings.server !== 'llama-server',
        // llama-server passes over the field.
        outputSchema: outputSchema ?? settings.server !== 'llama-server',
        rawPrompts: false,
      }
  }
}
