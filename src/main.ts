#!/usr/bin/env node
import { run } from './cli/run.ts'
import { exitNow, standardOutputWritten } from './util/standard-output.ts'

/** How long to wait for the last lines to be written. */
const LAST_LINES_MS = 2_000

// Errors reach the callbacks of writes; without a listener they would end the program.
process.stdout.on('error', () => undefined)
process.stderr.on('error', () => undefined)
const exitCode = await run(process.argv.slice(2))
await standardOutputWritten(LAST_LINES_MS)
// Node's own exit was seen to wait forever for a system call that it had lost count of.
exitNow(exitCode)
