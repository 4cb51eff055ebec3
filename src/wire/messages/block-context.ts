import type { EngineCapabilities } from '../../completion/engine.ts'
import type { ThinkingSignatures } from '../../conversation/thinking-signatures.ts'
import type { WorkSlices } from '../../util/work-slices.ts'
import type { ApiRules } from '../api-rules.ts'
import type { ApiVersion } from '../api-version.ts'
import type { ImageContext } from '../read-image.ts'
import type { RequestDocuments } from './request-documents.ts'

export type MessagesRules = Pick<
  ApiRules,
  | 'refuseExcessTokens'
  | 'refuseServerBlocks'
  | 'ignoreServerTools'
  | 'ignoreStrictTools'
  | 'allowImageUrls'
  | 'checkThinking'
  | 'strictRequests'
  | 'strictVersions'
>

/** What the blocks of a request are read with. */
export interface BlockContext extends ImageContext {
  /** The time that it takes in the event loop. */
  readonly slices: WorkSlices
  readonly version: ApiVersion
  readonly rules: MessagesRules
  readonly signatures: ThinkingSignatures
  /** Gathers the documents of the request. */
  readonly documents: RequestDocuments
  /** @throws CompletionError `overloaded` while the model is loading */
  readonly capabilities: () => EngineCapabilities
}
