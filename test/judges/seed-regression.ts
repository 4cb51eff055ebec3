/**
 * Loaded into the processes and threads of a server (`--import`): puts a regression into the sources that they load.
 */

import { REGRESSION_VARIABLE, REGRESSIONS, type RegressionName } from './regressions.ts'
import { replaceSources } from './replace-sources.ts'

const name = process.env[REGRESSION_VARIABLE]
if (name !== undefined) replaceSources(REGRESSIONS[name as RegressionName])
