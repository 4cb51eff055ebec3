import type { ThinkingSignatures } from '../../conversation/thinking-signatures.ts'
import type { ModelCatalog } from '../../models/model-catalog.ts'
import type { EngineDirectory } from '../../serving/engine-directory.ts'
import type { ApiRules } from '../../wire/api-rules.ts'
import type { MessagesContext } from '../../wire/messages/messages-params.ts'
import type { ApiHeaders } from '../read-api-headers.ts'
import type { RoutedRequest } from '../request-context.ts'
import { type DocumentDependencies, documentSourcesOf } from './document-sources-of.ts'
import { findSkillOf, type SkillsInUse } from './skills/find-skill.ts'

/** What the bodies of Messages are read with. */
export interface MessagesDependencies extends DocumentDependencies {
  readonly engines: EngineDirectory
  readonly catalog: ModelCatalog
  readonly rules: ApiRules
  readonly signatures: ThinkingSignatures
  /** Left out where messages cannot use skills. */
  readonly skillsInUse?: SkillsInUse
}

/** What a body of Messages is read with. */
export function messagesBodyContext(
  headers: ApiHeaders,
  context: RoutedRequest,
  dependencies: MessagesDependencies,
): MessagesContext {
  const { engines, catalog, rules, signatures, skillsInUse } = dependencies
  return {
    ...headers,
    ...{ catalog, rules, signatures },
    slices: context.slices,
    documents: documentSourcesOf(context, dependencies),
    capabilitiesOf: (modelId) => engines.engineFor(modelId).capabilities,
    contextWindowOf: (modelId) => engines.engineFor(modelId).contextWindowTokens,
    ...(skillsInUse === undefined
      ? {}
      : { findSkill: findSkillOf(skillsInUse, context.caller, context.memory) }),
  }
}
