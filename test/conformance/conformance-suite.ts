import { describe, test } from 'vitest'
import type { ConformanceCase, StartServer } from './conformance-case.ts'
import { COUNT_TOKENS_CASES } from './count-tokens-cases.ts'
import { HEADER_CASES } from './header-cases.ts'
import { MESSAGE_CONTEXT_CASES } from './message-context-cases.ts'
import { MESSAGE_REQUEST_CASES } from './message-request-cases.ts'
import { MESSAGE_RESPONSE_CASES } from './message-response-cases.ts'
import { MESSAGE_STREAM_CASES } from './message-stream-cases.ts'
import { MESSAGE_THINKING_CASES } from './message-thinking-cases.ts'
import { MESSAGE_TOOL_CASES } from './message-tool-cases.ts'
import { MODEL_CASES } from './model-cases.ts'
import { PROMPT_CASES } from './prompt-cases.ts'
import { REQUEST_CASES } from './request-cases.ts'
import { STREAM_CASES } from './stream-cases.ts'

/** Every case of the wire contract except those about rate limits and other APIs. */
export const CONFORMANCE_CASES: readonly ConformanceCase[] = [
  ...REQUEST_CASES,
  ...PROMPT_CASES,
  ...STREAM_CASES,
  ...HEADER_CASES,
  ...MODEL_CASES,
  ...MESSAGE_REQUEST_CASES,
  ...MESSAGE_RESPONSE_CASES,
  ...MESSAGE_STREAM_CASES,
  ...MESSAGE_TOOL_CASES,
  ...MESSAGE_THINKING_CASES,
  ...MESSAGE_CONTEXT_CASES,
  ...COUNT_TOKENS_CASES,
]

/** The cases that hold with any model, because they have no script. */
export const MODEL_INDEPENDENT_CASES = CONFORMANCE_CASES.filter((each) => each.script === undefined)

/** Defines a test for each case; its name starts with the case's number. */
export function conformanceSuite(
  name: string,
  cases: readonly ConformanceCase[],
  startServer: StartServer,
): void {
  describe(name, () => {
    for (const { number, title, check, ...needs } of cases) {
      test(`case ${number}: ${title}`, async () => {
        const server = await startServer(needs)
        try {
          await check(server)
        } finally {
          await server.close()
        }
      })
    }
  })
}
