import { join } from 'node:path'
import type { OfficialClient } from '../official-client.ts'
import { programEnvironment } from '../program-environment.ts'

/**
 * LangChain's classes for Claude, with the releases of the official client that they were made for: one of the last
 * whose `AnthropicLLM` asks for Text Completions, and the newest, where it asks for Messages.
 */
export const LANGCHAIN_CLIENTS: readonly OfficialClient[] = [
  langchainClient('0.3.15', '0.75.0'),
  langchainClient('1.7.10', '2.13.0'),
]

function langchainClient(version: string, officialVersion: string): OfficialClient {
  const pythonOf = (folder: string) => join(folder, 'venv', 'bin', 'python')
  return {
    name: `langchain-${version}`,
    version,
    calledItself: `Anthropic/Python ${officialVersion}`,
    tools: ['python3'],
    checks: [
      'create',
      'stream',
      'message',
      'message-stream',
      'message-tools',
      'count-tokens',
      'embedded-message',
    ],
    install: (folder) => [
      { file: 'python3', args: ['-m', 'venv', join(folder, 'venv')] },
      {
        file: pythonOf(folder),
        args: [
          ...['-m', 'pip', 'install', '--quiet', '--no-input'],
          `langchain-anthropic==${version}`,
          `anthropic==${officialVersion}`,
        ],
      },
    ],
    build: () => [],
    programs: (folder) => [
      {
        file: pythonOf(folder),
        args: ['-B', '-X', 'utf8', join(import.meta.dirname, 'langchain_messages.py')],
        env: { ...programEnvironment(), PYTHONPATH: join(import.meta.dirname, '..', 'python') },
      },
    ],
  }
}
