import { join } from 'node:path'
import { BASIC_CHECKS, type OfficialClient } from '../official-client.ts'
import { programEnvironment } from '../program-environment.ts'

/** The Python client: its first years' shape, the first typed one, and two of the last with Text Completions. */
export const PYTHON_CLIENTS: readonly OfficialClient[] = [
  pythonClient('0.2.10', 'legacy.py', 'anthropic-python/0.2.10'),
  // It hands `proxies` to httpx, which dropped that argument in 0.28. The client itself stays as it was released.
  pythonClient('0.8.0', 'modern.py', 'Anthropic/Python 0.8.0', ['httpx<0.28']),
  pythonClient('0.75.0', 'modern.py', 'Anthropic/Python 0.75.0'),
  pythonClient('0.121.0', 'modern.py', 'Anthropic/Python 0.121.0'),
]

function pythonClient(
  version: string,
  program: 'legacy.py' | 'modern.py',
  calledItself: string,
  pins: readonly string[] = [],
): OfficialClient {
  const pythonOf = (folder: string) => join(folder, 'venv', 'bin', 'python')
  return {
    name: `python-${version}`,
    version,
    calledItself,
    tools: ['python3'],
    checks: [...BASIC_CHECKS, 'async-stream', ...(program === 'modern.py' ? (['retry'] as const) : [])],
    install: (folder) => [
      { file: 'python3', args: ['-m', 'venv', join(folder, 'venv')] },
      {
        file: pythonOf(folder),
        args: ['-m', 'pip', 'install', '--quiet', '--no-input', `anthropic==${version}`, ...pins],
      },
    ],
    build: () => [],
    program: (folder) => ({
      file: pythonOf(folder),
      // No byte code beside the sources, and UTF-8 wherever the machine's own setting is another.
      args: ['-B', '-X', 'utf8', join(import.meta.dirname, program)],
      env: programEnvironment(),
    }),
  }
}
