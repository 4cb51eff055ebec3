import { join } from 'node:path'
import { installFromNpm } from '../install-packages.ts'
import type { OfficialClient } from '../official-client.ts'
import { programEnvironment } from '../program-environment.ts'

/** Vercel's AI SDK, with its provider for OpenAI. */
export const AI_SDK_CLIENTS: readonly OfficialClient[] = [aiSdkClient('7.0.173', '4.0.118')]

function aiSdkClient(version: string, providerVersion: string): OfficialClient {
  return {
    name: `ai-sdk-${version}`,
    version,
    calledItself: `ai/${version}`,
    tools: ['npm'],
    checks: ['response', 'response-stream', 'response-tools', 'response-reference'],
    install: (folder) => installFromNpm(folder, [`ai@${version}`, `@ai-sdk/openai@${providerVersion}`]),
    build: () => [],
    programs: (folder) => [
      {
        file: process.execPath,
        args: [join(import.meta.dirname, 'ai-sdk.mjs')],
        env: { ...programEnvironment(), CLIENT_FOLDER: folder, CLIENT_PACKAGE: 'ai/package.json' },
      },
    ],
  }
}
