import type { EngineCapabilities } from '../src/completion/engine.ts'
import { ThinkingSignatures } from '../src/conversation/thinking-signatures.ts'
import { WorkSlices } from '../src/util/work-slices.ts'
import { DEFAULT_API_RULES } from '../src/wire/api-rules.ts'
import type { ApiVersion } from '../src/wire/api-version.ts'
import type { BlockContext, MessagesRules } from '../src/wire/messages/block-context.ts'
import { RequestDocuments } from '../src/wire/messages/request-documents.ts'

/** How a test's {@link blockContext} differs from the default rules and a model that supports everything. */
export interface BlockContextChange {
  readonly rules?: Partial<MessagesRules>
  readonly capabilities?: Partial<EngineCapabilities>
  readonly version?: ApiVersion
}

export const signatures = new ThinkingSignatures('a secret')

export function blockContext({ rules, capabilities, version }: BlockContextChange = {}): BlockContext {
  const all = { tools: true, images: true, outputSchema: true, rawPrompts: true, ...capabilities }
  return {
    modelId: 'm',
    version: version ?? '2023-06-01',
    rules: { ...DEFAULT_API_RULES, ...rules },
    signatures,
    capabilities: () => all,
    slices: new WorkSlices(),
    documents: new RequestDocuments({ sources: new Map(), chunks: new Map() }),
  }
}
