import { describe, expect, it } from 'vitest'
import { parsePrompt } from '../completion/human-assistant-prompt.ts'
import { promptRequest } from './prompt-request.ts'

const FLAGS = { wrap: true, maxTokens: 5, temperature: 0.5 }
const TURNS = '\n\nHuman: Hi\n\nAssistant:'
const parsed = (text: string) => parsePrompt(text, { literalNewlineMarkers: true, startErrorFormat: 'long' })

describe('promptRequest', () => {
  it('makes a plain question one user turn', () => {
    expect(promptRequest(' Hi\n', FLAGS)).toMatchObject({
      prompt: parsed(TURNS),
      maxTokens: 5,
      sampling: { temperature: 0.5, topP: null, topK: null },
    })
  })

  it('takes a prompt with turns of its own', () => {
    const flags = { ...FLAGS, wrap: false }
    expect(promptRequest(TURNS, flags).prompt).toEqual(parsed(TURNS))
    expect(() => promptRequest('Hi', flags)).toThrow(/prompt must start with/)
  })

  it('puts a system text before the turns', () => {
    expect(promptRequest('Hi', { ...FLAGS, system: 'Be brief.' }).prompt).toEqual(parsed(`Be brief.${TURNS}`))
  })

  it('stops at the next user turn and at every stop sequence that is not empty', () => {
    expect(promptRequest('Hi', { ...FLAGS, stop: ['', '.'] }).stopSequences).toEqual(['\n\nHuman:', '.'])
  })
})
