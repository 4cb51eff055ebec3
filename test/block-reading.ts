import type { EngineCapabilities } from '../src/completion/engine.ts'
import { ThinkingSignatures } from '../src/conversation/thinking-signatures.ts'
import { WorkSlices } from '../src/util/work-slices.ts'
import { DEFAULT_API_RULES } from '../src/wire/api-rules.ts'
import type { ApiVersion } from '../src/wire/api-version.ts'
import type { BlockReading } from '../src/wire/messages/block-reading.ts'
import type { MessagesRules } from '../src/wire/messages/messages-rules.ts'

/** How a test's {@link blockReading} differs from the default rules and a model that supports everything. */
export interface BlockReadingChange {
  readonly rules?: Partial<MessagesRules>
  readonly capabilities?: Partial<EngineCapabilities>
  readonly version?: ApiVersion
}

export const signatures = new ThinkingSignatures('a secret')

export function blockReading({ rules, capabilities, version }: BlockReadingChange = {}): BlockReading {
  const all = { tools: true, images: true, outputSchema: true, rawPrompts: true, ...capabilities }
  return {
    modelId: 'm',
    version: version ?? '2023-06-01',
    rules: { ...DEFAULT_API_RULES, ...rules },
    signatures,
    capabilities: () => all,
    slices: new WorkSlices(),
  }
}
