import { expect, it } from 'vitest'
import { containerBody } from './container-body.ts'

it('a message without skills has no container', () => {
  expect(containerBody(null, 0)).toBeNull()
})

it('a message with skills names them in a container that lasts for an hour', () => {
  const skill = { skillId: 'skill_1', version: '17', name: 'n', description: 'd', instructions: 'i' }
  expect(containerBody([skill], Date.UTC(2026, 0, 1, 23, 30))).toEqual({
    id: expect.stringMatching(/^container_01\w{22}$/),
    expires_at: '2026-01-02T00:30:00.000Z',
    skills: [{ skill_id: 'skill_1', type: 'custom', version: '17' }],
  })
})
