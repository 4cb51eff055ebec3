import { describe, expect, it } from 'vitest'
import { CompletionError } from '../../completion/completion-error.ts'
import { describeError } from '../error-body.ts'
import { openAiDone, openAiErrorEvent, openAiEvent, openAiPing } from './openai-events.ts'

describe('the events of OpenAI’s streams', () => {
  it('have data and no name', () => {
    expect(openAiEvent({ a: 'ü' })).toBe('data: {"a":"\\u00fc"}\n\n')
    expect(openAiDone()).toBe('data: [DONE]\n\n')
    expect(openAiPing()).toBe(': ping\n\n')
  })

  it('carry an error in OpenAI’s envelope, with the API’s type as its code', () => {
    expect(openAiErrorEvent(describeError(new CompletionError('overloaded', 'Overloaded')))).toBe(
      'data: {"error":{"code":"overloaded_error","message":"Overloaded","type":"invalid_request_error","param":null}}\n\n',
    )
  })
})
