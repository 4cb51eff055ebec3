import { describe, expect, it } from 'vitest'
import { openAiModelList } from './openai-model-list.ts'

describe('openAiModelList', () => {
  it('lists models with the second in which they were created', () => {
    const model = {
      id: 'm',
      displayName: 'M',
      createdAt: '1970-01-01T00:00:01.999Z',
      isForTextCompletions: false,
    }
    expect(openAiModelList([model])).toEqual({
      object: 'list',
      data: [{ id: 'm', object: 'model', created: 1, owned_by: 'continuo' }],
    })
  })
})
