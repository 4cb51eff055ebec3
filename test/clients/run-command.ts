import { type ChildProcess, spawn } from 'node:child_process'

/** A program to run. */
export interface Command {
  readonly file: string
  readonly args: readonly string[]
  readonly folder?: string
  /** Its whole environment; that of this process when left out. */
  readonly env?: NodeJS.ProcessEnv
}

/** How a program ended. */
export interface CommandResult {
  /** `null` when a signal ended it. */
  readonly exitCode: number | null
  readonly timedOut: boolean
  readonly stdout: string
  readonly stderr: string
}

const running = new Set<ChildProcess>()

/**
 * Starts a program as the head of a process group of its own, so that {@link endProcessGroup} reaches what it starts:
 * npm, maven and go all run others.
 */
export function startCommand(command: Command): ChildProcess {
  const child = spawn(command.file, command.args, {
    cwd: command.folder,
    env: command.env ?? process.env,
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  })
  running.add(child)
  child.on('close', () => running.delete(child))
  return child
}

/** Runs a program to its end, or kills it at its time limit. */
export async function runCommand(command: Command, timeoutMs: number): Promise<CommandResult> {
  const child = startCommand(command)
  const stdout = collect(child.stdout)
  const stderr = collect(child.stderr)
  let timedOut = false
  const timer = setTimeout(() => {
    timedOut = true
    endProcessGroup(child, 'SIGKILL')
  }, timeoutMs)
  try {
    const exitCode = await new Promise<number | null>((resolve, reject) => {
      child.on('error', reject)
      child.on('close', resolve)
    })
    return { exitCode, timedOut, stdout: stdout(), stderr: stderr() }
  } catch (error) {
    running.delete(child)
    return { exitCode: 127, timedOut, stdout: '', stderr: String(error) }
  } finally {
    clearTimeout(timer)
  }
}

/** Signals a program and everything it started. */
export function endProcessGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return
  try {
    process.kill(-child.pid, signal)
  } catch {
    // It is gone already.
  }
}

/** Kills whatever still runs; for the moment when this process itself ends. */
export function killRunningCommands(): void {
  for (const child of running) endProcessGroup(child, 'SIGKILL')
}

function collect(stream: NodeJS.ReadableStream | null): () => string {
  const pieces: Buffer[] = []
  stream?.on('data', (piece: Buffer) => pieces.push(piece))
  return () => Buffer.concat(pieces).toString('utf8')
}
