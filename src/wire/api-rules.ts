import type { CompleteParamsRules } from './complete/complete-params.ts'
import type { MessagesRules } from './messages/messages-rules.ts'

/** Where a server may be stricter or more helpful than the real API. */
export interface ApiRules extends CompleteParamsRules, MessagesRules {
  /** Refuses `anthropic-beta` names that were never published; otherwise they are ignored. */
  readonly refuseUnknownBetas: boolean
  /** Serves web pages that opt in as the API requires; `false` refuses every request from a page. */
  readonly allowBrowsers: boolean
}

/** Rules that suit most servers: requests from clients of every year are accepted. */
export const DEFAULT_API_RULES: ApiRules = {
  literalNewlineMarkers: true,
  refuseMessagesModels: false,
  checkUserId: false,
  refuseUnknownBetas: false,
  allowBrowsers: true,
  refuseExcessTokens: false,
  refuseServerBlocks: false,
  ignoreServerTools: false,
  allowImageUrls: false,
  checkThinking: false,
  strictVersions: false,
}
