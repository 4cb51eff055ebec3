#!/usr/bin/env node
/** The oldest Node with everything that the program uses. */
const MIN_NODE = [22, 13] as const
/** How long to wait for the last lines to be written. */
const LAST_LINES_MS = 2_000

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
if (major < MIN_NODE[0] || (major === MIN_NODE[0] && minor < MIN_NODE[1])) {
  process.stderr.write(
    `continuo: Node ${process.versions.node} is too old: install Node ${MIN_NODE.join('.')} or newer, from https://nodejs.org.\n`,
  )
  process.exit(2)
}
// Errors reach the callbacks of writes; without a listener they would end the program.
process.stdout.on('error', () => undefined)
process.stderr.on('error', () => undefined)
// An older Node would fail to load these before it came to the check.
const { endStartPhase } = await import('./util/start-phases.ts')
endStartPhase('node')
const { useCompileCache } = await import('./util/use-compile-cache.ts')
useCompileCache()
const { startsEngine } = await import('./cli/starts-engine.ts')
if (startsEngine(process.argv.slice(2), process.env)) {
  const { startEngineChildEarly } = await import('./engines/llama/supervision/engine-child.ts')
  startEngineChildEarly()
}
const { run } = await import('./cli/run.ts')
const { exitNow, standardOutputWritten } = await import('./util/standard-output.ts')
const exitCode = await run(process.argv.slice(2))
await standardOutputWritten(LAST_LINES_MS)
// Node's own exit was seen to wait forever for a system call that it had lost count of.
exitNow(exitCode)

export {}
