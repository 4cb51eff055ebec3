import { type ChildProcess, spawn } from 'node:child_process'

/** A program to run. */
export interface Command {
  readonly file: string
  readonly args: readonly string[]
  readonly folder?: string
  /** Its whole environment; by default that of this process. */
  readonly env?: NodeJS.ProcessEnv
}

/** The result of a program. */
export interface CommandResult {
  /** `null` when a signal ended it. */
  readonly exitCode: number | null
  readonly timedOut: boolean
  readonly stdout: string
  readonly stderr: string
}

const running = new Set<ChildProcess>()

/**
 * Starts a program in a process group of its own, so that {@link endProcessGroup} reaches its children: npm, maven and go
 * all run other programs.
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

/** Runs a program, and kills it at its time limit. */
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

/** Sends a signal to a program and its children. */
export function endProcessGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return
  try {
    process.kill(-child.pid, signal)
  } catch {
    // It has already exited.
  }
}

/** Kills all running programs, before this process ends. */
export function killRunningCommands(): void {
  for (const child of running) endProcessGroup(child, 'SIGKILL')
}

function collect(stream: NodeJS.ReadableStream | null): () => string {
  const pieces: Buffer[] = []
  stream?.on('data', (piece: Buffer) => pieces.push(piece))
  return () => Buffer.concat(pieces).toString('utf8')
}
