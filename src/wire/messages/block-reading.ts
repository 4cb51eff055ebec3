import type { EngineCapabilities } from '../../completion/engine.ts'
import type { ThinkingSignatures } from '../../conversation/thinking-signatures.ts'
import type { WorkSlices } from '../../util/work-slices.ts'
import type { ApiVersion } from '../api-version.ts'
import type { ImageReading } from '../image-reading.ts'
import type { MessagesRules } from './messages-rules.ts'

/** What is known to whoever reads the blocks of a request. */
export interface BlockReading extends ImageReading {
  /** The time that it takes in the event loop. */
  readonly slices: WorkSlices
  readonly version: ApiVersion
  readonly rules: MessagesRules
  readonly signatures: ThinkingSignatures
  /** @throws CompletionError `overloaded` while the model is loading */
  readonly capabilities: () => EngineCapabilities
}
