import { GO_CLIENT } from './go/go-client.ts'
import { JAVA_CLIENT } from './java/java-client.ts'
import type { OfficialClient } from './official-client.ts'
import { OPENAI_CLIENTS } from './openai/openai-clients.ts'
import { PYTHON_CLIENTS } from './python/python-clients.ts'
import { TYPESCRIPT_CLIENTS } from './typescript/typescript-clients.ts'

/** Every client that the proof covers, those that take longest to install first. */
export const OFFICIAL_CLIENTS: readonly OfficialClient[] = [
  JAVA_CLIENT,
  GO_CLIENT,
  ...PYTHON_CLIENTS,
  ...TYPESCRIPT_CLIENTS,
  ...OPENAI_CLIENTS,
]
