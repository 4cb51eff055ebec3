import { expect, it } from 'vitest'
import { newestUsageFields, stopDetails } from './newest-fields.ts'

it('only a refusal has details', () => {
  expect(stopDetails('refusal')).toEqual({ type: 'refusal', category: null, explanation: null })
  for (const reason of ['end_turn', 'tool_use', 'max_tokens', null] as const)
    expect(stopDetails(reason)).toBeNull()
})

it('the usage of a whole message repeats the place that was asked for, and counts thinking', () => {
  expect(newestUsageFields({ inferenceGeo: 'eu' }, 7)).toEqual({
    inference_geo: 'eu',
    output_tokens_details: { thinking_tokens: 7 },
    server_tool_use: null,
    speed: 'standard',
  })
})
