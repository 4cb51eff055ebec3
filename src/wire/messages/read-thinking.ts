import type { ThinkingPart } from '../../completion/turn.ts'
import { invalidRequest } from '../body-schema.ts'
import type { BlockContext } from './block-context.ts'
import type { BlockOf } from './block-schemas.ts'

/**
 * A thought of an earlier turn. One that this server signed needs no signature further down; of any other the engine
 * that made it may know the signature.
 *
 * @param place of the block
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
