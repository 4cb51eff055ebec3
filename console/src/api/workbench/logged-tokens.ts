import { callApi } from '../call-api.ts'
import { type LoggedRequest, sentTokens } from '../requests.ts'
import { may } from '../session.ts'
import type { Run } from './run-prompt.ts'

/** The log has a request a moment after its response has ended. */
const WAITS_MS = [150, 400, 1000]
/** How many of the log's requests are looked through. */
const NEWEST = 100

/** The run with the tokens that the log has counted, where the API itself does not say them: Text Completions. */
export async function withLoggedTokens(run: Run): Promise<Run> {
  const { output, requestId, state } = run
  if (state !== 'done' || requestId === null || output.outputTokens !== null || !may('read:logs')) return run
  for (const waitMs of WAITS_MS) {
    await new Promise((resolve) => setTimeout(resolve, waitMs))
    const logged = await findLogged(requestId)
    if (logged === undefined) continue
    const { outputTokens, cacheReadInputTokens: cachedTokens } = logged
    return { ...run, output: { ...output, outputTokens, cachedTokens, inputTokens: sentTokens(logged) } }
  }
  return run
}

/** Among the newest: to ask for one that is not there yet would be an error in the console of the browser. */
async function findLogged(requestId: string): Promise<LoggedRequest | undefined> {
  const list = await callApi<{ data: readonly LoggedRequest[] }>('/continuo/requests', {
    query: { limit: NEWEST },
  }).catch(() => null)
  return list?.data.find(({ id }) => id === requestId)
}
