import { join } from 'node:path'
import { installFromNpm, installFromPyPi, pythonProgram } from '../install-packages.ts'
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
  'response',
  'response-stream',
  'response-tools',
  'response-errors',
  'recording',
  'embedded-model',
]

/** OpenAI's own clients, on OpenAI's routes: for each language the last release of an older major version, and the newest. */
export const OPENAI_CLIENTS: readonly OfficialClient[] = [
  pythonClient('1.109.1'),
  pythonClient('3.57.0'),
  typescriptClient('4.95.0'),
  typescriptClient('7.57.0'),
]

function pythonClient(version: string): OfficialClient {
  return {
    name: `openai-python-${version}`,
    version,
    calledItself: `OpenAI/Python ${version}`,
    tools: ['python3'],
    checks: CHECKS,
    install: (folder) => installFromPyPi(folder, [`openai==${version}`]),
    build: () => [],
    programs: (folder) => [
      ...['openai_chat.py', 'openai_responses.py'].map((program) =>
        pythonProgram(folder, join(import.meta.dirname, program), {
          PYTHONPATH: join(import.meta.dirname, '..', 'python'),
        }),
      ),
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
    install: (folder) => installFromNpm(folder, [`openai@${version}`]),
    build: () => [],
    programs: (folder) =>
      ['openai-chat.mjs', 'openai-responses.mjs'].map((program) => ({
        file: process.execPath,
        args: [join(import.meta.dirname, program)],
        env: { ...programEnvironment(), CLIENT_FOLDER: folder, CLIENT_PACKAGE: 'openai' },
      })),
  }
}
