/** The settings of the TypeScript programs; prints a line for each check. */
import { createRequire } from 'node:module'

/** See `proof-server.ts`. */
export const PROOF = JSON.parse(process.env.CONTINUO_PROOF)

/** The client in its own folder; with `require`, because the oldest releases cannot be imported by Node. */
export const sdk = createRequire(`${process.env.CLIENT_FOLDER}/`)(
  process.env.CLIENT_PACKAGE ?? '@anthropic-ai/sdk',
)

/** Runs every check, prints the result of each, and ends the process. */
export async function runChecks(checks) {
  let failures = 0
  for (const [name, check] of Object.entries(checks)) {
    try {
      await check()
      console.log(`ok ${name}`)
    } catch (error) {
      failures += 1
      console.error(error)
      console.log(`not ok ${name}: ${String(error).replace(/\s+/g, ' ')}`)
    }
  }
  process.exit(failures === 0 ? 0 : 1)
}
