import type { Tool } from './official-client.ts'
import { type CommandResult, runCommand } from './run-command.ts'

/** Java and maven take long to print their version on a busy machine. */
const TOOL_TIMEOUT_MS = 30_000

const VERSION_ARGS: Readonly<Record<Tool, readonly string[]>> = {
  // On some systems, venv is a separate package.
  python3: ['-c', 'import venv, ensurepip'],
  npm: ['--version'],
  go: ['version'],
  javac: ['-version'],
  mvn: ['--version'],
}

/** What to install for each tool. */
const DESCRIPTIONS: Readonly<Record<Tool, string>> = {
  python3: 'python3 with venv and ensurepip',
  npm: 'npm',
  go: 'go 1.25 or newer',
  javac: 'a JDK of Java 17 or newer (javac)',
  mvn: 'maven (mvn)',
}

/** Descriptions of those of these tools that this machine lacks. */
export async function findMissingTools(tools: Iterable<Tool>): Promise<ReadonlyMap<Tool, string>> {
  const missing = new Map<Tool, string>()
  for (const tool of new Set(tools)) {
    const result: CommandResult = await runCommand({ file: tool, args: VERSION_ARGS[tool] }, TOOL_TIMEOUT_MS)
    if (result.exitCode !== 0) missing.set(tool, DESCRIPTIONS[tool])
  }
  return missing
}
