import type { EngineCapabilities } from '../../../../completion/engine.ts'
import { OPENAI_SERVERS } from '../openai/openai-servers.ts'
import type { OpenAiCompletionsSettings } from './settings.ts'

/** A text has no place for tools, images and schemas. */
export function openAiCompletionsCapabilities(settings: OpenAiCompletionsSettings): EngineCapabilities {
  return {
    tools: false,
    images: false,
    outputSchema: false,
    rawPrompts: settings.rawPrompts ?? OPENAI_SERVERS[settings.server].takesRawPrompts,
    logprobs: OPENAI_SERVERS[settings.server].scoresPrompts ? 'prompt' : 'completion',
  }
}
