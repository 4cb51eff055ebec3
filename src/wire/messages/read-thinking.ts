import type { ThinkingPart } from '../../completion/turn.ts'
import { invalidRequest } from '../body-schema.ts'
import type { BlockContext } from './block-context.ts'
import type { BlockOf } from './block-schemas.ts'

/**
 * Thinking of an earlier turn. A signature of this server is dropped; a foreign one is kept for the engine that may have
 * created it.
 *
 */
export function readThinking(
  { thinking, signature }: BlockOf<'thinking'>,
  place: string,
  { modelId, rules, signatures }: BlockContext,
): readonly ThinkingPart[] {
  const origin = signatures.check(modelId, thinking, signature)
  if (rules.checkThinking && origin !== 'ours') {
    throw invalidRequest(`${place}: Invalid \`signature\` in \`thinking\` block`)
  }
  return [{ type: 'thinking', text: thinking, signature: origin === 'foreign' ? signature : null }]
}
