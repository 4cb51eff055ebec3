/**
 * The process that sends requests, so that the load costs the servers' processes nothing and the runner's work disturbs
 * neither. It takes one `LoadJob` message at a time, and responds to each with a `LoadResult`.
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
