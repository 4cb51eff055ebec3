import { describe, expect, it } from 'vitest'
import { blockContext, signatures } from '../../../test/block-context.ts'
import { refusal } from '../../../test/refusal.ts'
import { readThinking } from './read-thinking.ts'

const OURS = signatures.sign('m', 'a')
const BROKEN = signatures.sign('m', 'other thinking')
const FOREIGN = 'Zm9yZWlnbg=='
const block = (signature: string) => ({ type: 'thinking' as const, thinking: 'a', signature })

describe('readThinking', () => {
  it.each([
    ['ours', OURS, null],
    ['broken', BROKEN, null],
    ['foreign', FOREIGN, FOREIGN],
  ])('passes on a signature that is %s only if an engine may know it', (_, signature, passedOn) => {
    const parts = readThinking(block(signature), 'messages.1.content.0', blockContext())
    expect(parts).toEqual([{ type: 'thinking', text: 'a', signature: passedOn }])
  })

  it('accepts only its own signatures under the rule checkThinking', () => {
    const strict = blockContext({ rules: { checkThinking: true } })
    expect(readThinking(block(OURS), 'messages.1.content.0', strict)).toHaveLength(1)
    for (const signature of [BROKEN, FOREIGN]) {
      expect(() => readThinking(block(signature), 'messages.1.content.0', strict)).toThrow(
        refusal('messages.1.content.0: Invalid `signature` in `thinking` block'),
      )
    }
  })
})
