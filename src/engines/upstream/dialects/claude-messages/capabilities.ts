import type { EngineCapabilities } from '../../../../completion/engine.ts'
import { CLAUDE_SERVERS } from './claude-servers.ts'
import type { ClaudeMessagesSettings } from './settings.ts'

/** As the settings say, else as usual for the server. */
export function claudeMessagesCapabilities(settings: ClaudeMessagesSettings): EngineCapabilities {
  const server = CLAUDE_SERVERS[settings.server]
  return {
    tools: settings.tools ?? true,
    images: settings.images ?? server.takesImages,
    outputSchema: settings.outputSchema ?? server.holdsToSchema,
    rawPrompts: false,
    documents: server.readsDocuments,
  }
}
