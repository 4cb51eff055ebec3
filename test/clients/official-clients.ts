import { AGENT_CLIENTS } from './agents/agent-clients.ts'
import { AI_SDK_CLIENTS } from './ai-sdk/ai-sdk-clients.ts'
import { FRAMEWORK_CLIENTS } from './frameworks/framework-clients.ts'
import { GO_CLIENTS } from './go/go-client.ts'
import { JAVA_CLIENTS } from './java/java-client.ts'
import { LANGCHAIN_CLIENTS } from './langchain/langchain-clients.ts'
import type { OfficialClient } from './official-client.ts'
import { OPENAI_CLIENTS } from './openai/openai-clients.ts'
import { PYTHON_CLIENTS } from './python/python-clients.ts'
import { OFFICIAL_SUITES } from './suites/official-suites.ts'
import { TYPESCRIPT_CLIENTS } from './typescript/typescript-clients.ts'

/** All clients; those that take longest to install come first. */
export const OFFICIAL_CLIENTS: readonly OfficialClient[] = [
  ...JAVA_CLIENTS,
  ...GO_CLIENTS,
  ...PYTHON_CLIENTS,
  ...TYPESCRIPT_CLIENTS,
  ...LANGCHAIN_CLIENTS,
  ...OPENAI_CLIENTS,
  ...OFFICIAL_SUITES,
  ...AI_SDK_CLIENTS,
  ...AGENT_CLIENTS,
  ...FRAMEWORK_CLIENTS,
]
