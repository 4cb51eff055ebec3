/**
 * The process that sends requests, so that they cost the servers' processes nothing and the runner's own work disturbs
 * neither. It takes `LoadJob` messages, one at a time, and answers each with a `LoadResult`.
 */

import type { LoadJob } from './load-job.ts'
import { runLoadJob } from './run-load-job.ts'

process.on('message', (job: LoadJob) => {
  void runLoadJob(job).then(
    (result) => process.send?.({ result }),
    (error: Error) => process.send?.({ failure: error.message }),
  )
})
process.on('disconnect', () => process.exit(0))
