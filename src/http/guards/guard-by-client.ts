import type { Guard } from '../request-context.ts'

/**
 * For the paths that both families of clients ask for. OpenAI's send a key as bearer token and no version, which no
 * client of the Claude API leaves out.
 */
export function guardByClient(claude: Guard, openAi: Guard): Guard {
  return function guardByClient(context) {
    const { headers } = context.request
    const isClaude =
      headers.has('anthropic-version') || headers.has('x-api-key') || !headers.has('authorization')
    return (isClaude ? claude : openAi)(context)
  }
}
