import { COMPLETE_ROUTE, FIRST_COMPLETE_ROUTE } from './complete-routes.ts'
import type { CompletingRoute } from './completing-route.ts'
import { MESSAGES_ROUTE } from './messages-routes.ts'
import { CHAT_COMPLETIONS_ROUTE, TEXT_COMPLETIONS_ROUTE } from './openai-routes.ts'
import { RESPONSES_ROUTE } from './responses-route.ts'

/** Every completion route, for soak and fuzzer. */
export const COMPLETING_ROUTES: readonly CompletingRoute[] = [
  COMPLETE_ROUTE,
  FIRST_COMPLETE_ROUTE,
  MESSAGES_ROUTE,
  CHAT_COMPLETIONS_ROUTE,
  TEXT_COMPLETIONS_ROUTE,
  RESPONSES_ROUTE,
]
