import { join } from 'node:path'
import { programEnvironment } from './program-environment.ts'
import type { Command } from './run-command.ts'

/** Puts packages of npm into a folder. */
export function installFromNpm(folder: string, requirements: readonly string[]): Command[] {
  const quietly = ['--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error']
  return [{ file: 'npm', args: ['install', '--prefix', folder, ...quietly, ...requirements], folder }]
}

/** Puts packages of PyPI into an environment of their own in a folder. */
export function installFromPyPi(folder: string, requirements: readonly string[]): Command[] {
  return [
    { file: 'python3', args: ['-m', 'venv', join(folder, 'venv')] },
    { file: pythonOf(folder), args: ['-m', 'pip', 'install', '--quiet', '--no-input', ...requirements] },
  ]
}

/** Runs a program in the environment that {@link installFromPyPi} made. */
export function pythonProgram(folder: string, path: string, environment: Command['env'] = {}): Command {
  return {
    file: pythonOf(folder),
    // No byte code beside the sources, and UTF-8 wherever the machine's own setting is another.
    args: ['-B', '-X', 'utf8', path],
    env: { ...programEnvironment(), ...environment },
  }
}

function pythonOf(folder: string): string {
  return join(folder, 'venv', 'bin', 'python')
}
