import { join } from 'node:path'
import type { CheckName, OfficialClient } from '../official-client.ts'
import { programEnvironment } from '../program-environment.ts'

const CHECKS: readonly CheckName[] = [
  'create',
  'stream',
  'stop-sequence',
  'tool-call',
  'raw-text',
  'models',
  'bad-request',
  'unauthorized',
  'overloaded',
  'retry',
  'embedded-model',
]

/** OpenAI's own clients, on the routes that are theirs: the last of an older line and the newest, for each language. */
export const OPENAI_CLIENTS: readonly OfficialClient[] = [
  pythonClient('1.109.1'),
  pythonClient('3.57.0'),
  typescriptClient('4.95.0'),
  typescriptClient('7.57.0'),
]

function pythonClient(version: string): OfficialClient {
  const pythonOf = (folder: string) => join(folder, 'venv', 'bin', 'python')
  return {
    name: `openai-python-${version}`,
    version,
    calledItself: `OpenAI/Python ${version}`,
    tools: ['python3'],
    checks: CHECKS,
    install: (folder) => [
      { file: 'python3', args: ['-m', 'venv', join(folder, 'venv')] },
      {
        file: pythonOf(folder),
        args: ['-m', 'pip', 'install', '--quiet', '--no-input', `openai==${version}`],
      },
    ],
    build: () => [],
    programs: (folder) => [
      {
        file: pythonOf(folder),
        args: ['-B', '-X', 'utf8', join(import.meta.dirname, 'openai_chat.py')],
        env: { ...programEnvironment(), PYTHONPATH: join(import.meta.dirname, '..', 'python') },
      },
    ],
  }
}

function typescriptClient(version: string): OfficialClient {
  return {
    name: `openai-typescript-${version}`,
    version,
    calledItself: `OpenAI/JS ${version}`,
    tools: ['npm'],
    checks: CHECKS,
    install: (folder) => [
      {
        file: 'npm',
        args: [
          'install',
          '--prefix',
          folder,
          '--ignore-scripts',
          '--no-audit',
          '--no-fund',
          '--loglevel=error',
          `openai@${version}`,
        ],
        folder,
      },
    ],
    build: () => [],
    programs: (folder) => [
      {
        file: process.execPath,
        args: [join(import.meta.dirname, 'openai-chat.mjs')],
        env: { ...programEnvironment(), CLIENT_FOLDER: folder, CLIENT_PACKAGE: 'openai' },
      },
    ],
  }
}
