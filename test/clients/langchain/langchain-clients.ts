import { join } from 'node:path'
import { installFromPyPi, pythonProgram } from '../install-packages.ts'
import type { OfficialClient } from '../official-client.ts'

/**
 * LangChain's classes for Claude, with the official client's releases of their time: one of the last whose `AnthropicLLM`
 * uses Text Completions, and the newest, which uses Messages.
 */
export const LANGCHAIN_CLIENTS: readonly OfficialClient[] = [
  langchainClient('0.3.15', '0.75.0'),
  langchainClient('1.7.10', '2.13.0'),
]

function langchainClient(version: string, officialVersion: string): OfficialClient {
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
    install: (folder) =>
      installFromPyPi(folder, [`langchain-anthropic==${version}`, `anthropic==${officialVersion}`]),
    build: () => [],
    programs: (folder) => [
      pythonProgram(folder, join(import.meta.dirname, 'langchain_messages.py'), {
        PYTHONPATH: join(import.meta.dirname, '..', 'python'),
      }),
    ],
  }
}
