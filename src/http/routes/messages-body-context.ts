import type { ThinkingSignatures } from '../../conversation/thinking-signatures.ts'
import type { ModelCatalog } from '../../models/model-catalog.ts'
import type { EngineDirectory } from '../../serving/engine-directory.ts'
import type { WorkSlices } from '../../util/work-slices.ts'
import type { ApiRules } from '../../wire/api-rules.ts'
import type { MessagesContext } from '../../wire/messages/messages-params.ts'
import type { ApiHeaders } from '../read-api-headers.ts'

/** What the bodies of Messages are read with. */
export interface MessagesDependencies {
  readonly engines: EngineDirectory
  readonly catalog: ModelCatalog
  readonly rules: ApiRules
  readonly signatures: ThinkingSignatures
}

/** What a body of Messages is read with. */
export function messagesBodyContext(
  headers: ApiHeaders,
  slices: WorkSlices,
  { engines, ...settings }: MessagesDependencies,
): MessagesContext {
  return {
    ...headers,
    ...settings,
    slices,
    capabilitiesOf: (modelId) => engines.engineFor(modelId).capabilities,
    contextWindowOf: (modelId) => engines.engineFor(modelId).contextWindowTokens,
  }
}
