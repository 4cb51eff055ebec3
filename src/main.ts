#!/usr/bin/env node
import { run } from './cli/run.ts'
import { exitNow, standardOutputWritten } from './util/standard-output.ts'

/** How long the last lines may take to be read or to reach the disk. */
const LAST_LINES_MS = 2_000

// Whoever writes is told by the callback of the write; without a listener the error would end the program.
process.stdout.on('error', () => undefined)
process.stderr.on('error', () => undefined)
const exitCode = await run(process.argv.slice(2))
await standardOutputWritten(LAST_LINES_MS)
// Not by its own end, in which Node was seen to wait for ever for a request to the system that it had lost count of.
exitNow(exitCode)
