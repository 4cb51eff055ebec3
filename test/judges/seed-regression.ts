/**
 * Loaded into the processes and threads of a server (`--import`): puts a regression into the sources that they load.
 */

import { registerHooks } from 'node:module'
import { REGRESSION_VARIABLE, REGRESSIONS, type RegressionName, type Replacement } from './regressions.ts'

const name = process.env[REGRESSION_VARIABLE]
const replacements: readonly Replacement[] = name === undefined ? [] : REGRESSIONS[name as RegressionName]

registerHooks({
  load(url, context, nextLoad) {
    const loaded = nextLoad(url, context)
    const here = replacements.filter(({ file }) => url.endsWith(`/src${file}`))
    if (here.length === 0) return loaded
    return { ...loaded, source: here.reduce(replaced, String(loaded.source)) }
  },
})

/** A regression that changes nothing would be found by nothing. */
function replaced(source: string, { file, from, to }: Replacement): string {
  if (source.split(from).length !== 2) throw new Error(`${file}: there is not one "${from}" to replace`)
  return source.replace(from, () => to)
}
