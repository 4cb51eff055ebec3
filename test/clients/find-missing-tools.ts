import type { Tool } from './official-client.ts'
import { type CommandResult, runCommand } from './run-command.ts'

/** A Java or a maven takes its time on a busy machine to say its version. */
const TOOL_TIMEOUT_MS = 30_000

const VERSION_ARGS: Readonly<Record<Tool, readonly string[]>> = {
  // venv is a package of its own on some systems.
  python3: ['-c', 'import venv, ensurepip'],
  npm: ['--version'],
  go: ['version'],
  javac: ['-version'],
  mvn: ['--version'],
}

/** What each tool needs to be, for whoever has to install it. */
const DESCRIPTIONS: Readonly<Record<Tool, string>> = {
  python3: 'python3 with venv and ensurepip',
  npm: 'npm',
  go: 'go 1.25 or newer',
  javac: 'a JDK of Java 17 or newer (javac)',
  mvn: 'maven (mvn)',
}

/** Descriptions of the tools among these that this machine lacks. */
export async function findMissingTools(tools: Iterable<Tool>): Promise<ReadonlyMap<Tool, string>> {
  const missing = new Map<Tool, string>()
  for (const tool of new Set(tools)) {
    const result: CommandResult = await runCommand({ file: tool, args: VERSION_ARGS[tool] }, TOOL_TIMEOUT_MS)
    if (result.exitCode !== 0) missing.set(tool, DESCRIPTIONS[tool])
  }
  return missing
}
