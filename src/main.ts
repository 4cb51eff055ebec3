#!/usr/bin/env node
import { run } from './cli/run.ts'

// Whoever reads the output may have seen enough, as `head` does.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error
  process.exit(0)
})
const exitCode = await run(process.argv.slice(2))
// Not by its own end, in which Node was seen to wait for ever for a request to the system that it had lost count of. What
// was written goes out first.
process.stdout.write('', () => process.stderr.write('', () => process.exit(exitCode)))
