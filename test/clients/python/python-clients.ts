import { join } from 'node:path'
import { installFromPyPi, pythonProgram } from '../install-packages.ts'
import {
  BASIC_CHECKS,
  type CheckName,
  FAULT_CHECKS,
  MESSAGE_CHECKS,
  type OfficialClient,
} from '../official-client.ts'

type Program = 'legacy.py' | 'modern.py' | 'messages.py' | 'faults.py' | 'legacy_faults.py'

const CHECKS: Readonly<Record<Program, readonly CheckName[]>> = {
  'legacy.py': [...BASIC_CHECKS, 'async-stream'],
  'modern.py': [...BASIC_CHECKS, 'async-stream', 'retry'],
  'messages.py': MESSAGE_CHECKS,
  'faults.py': FAULT_CHECKS,
  'legacy_faults.py': FAULT_CHECKS,
}

/**
 * The Python client: an early release, the first typed one, two of the last with Text Completions, and the newest of the two
 * major versions without.
 */
export const PYTHON_CLIENTS: readonly OfficialClient[] = [
  pythonClient('0.2.10', ['legacy.py', 'legacy_faults.py'], { calledItself: 'anthropic-python/0.2.10' }),
  // It hands `proxies` to httpx, which dropped that argument in 0.28. The client itself stays as it was released.
  pythonClient('0.8.0', ['modern.py'], { pins: ['httpx<0.28'] }),
  pythonClient('0.75.0', ['modern.py', 'messages.py']),
  pythonClient('0.121.0', ['modern.py', 'messages.py']),
  pythonClient('0.125.0', ['faults.py']),
  pythonClient('1.17.0', ['messages.py']),
  pythonClient('2.13.0', ['messages.py']),
  pythonClient('2.14.0', ['faults.py']),
]

function pythonClient(
  version: string,
  programs: readonly Program[],
  {
    calledItself = `Anthropic/Python ${version}`,
    pins = [],
  }: { readonly calledItself?: string; readonly pins?: readonly string[] } = {},
): OfficialClient {
  return {
    name: `python-${version}`,
    version,
    calledItself,
    tools: ['python3'],
    checks: programs.flatMap((program) => CHECKS[program]),
    install: (folder) => installFromPyPi(folder, [`anthropic==${version}`, ...pins]),
    build: () => [],
    programs: (folder) =>
      programs.map((program) => pythonProgram(folder, join(import.meta.dirname, program))),
  }
}
