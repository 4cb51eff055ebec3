import type { ApiRules } from '../api-rules.ts'

/** The rules of the Messages API. */
export type MessagesRules = Pick<
  ApiRules,
  | 'refuseExcessTokens'
  | 'refuseServerBlocks'
  | 'ignoreServerTools'
  | 'allowImageUrls'
  | 'checkThinking'
  | 'strictVersions'
>
