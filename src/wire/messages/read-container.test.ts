import { describe, expect, it } from 'vitest'
import { refusal } from '../../../test/refusal.ts'
import { DEFAULT_API_RULES } from '../api-rules.ts'
import { type FindSkill, readContainer, runsCode, skillsText, type UsedSkill } from './read-container.ts'

const SKILL: UsedSkill = { skillId: 's1', version: '2', name: 'n', description: 'd', instructions: 'Do it.' }
const find: FindSkill = async (skillId, version) => (skillId === 's1' ? { ...SKILL, version } : undefined)
const read = (value: unknown, findSkill: FindSkill | undefined = find, ignoreServerTools = false) =>
  readContainer(value, { ...DEFAULT_API_RULES, ignoreServerTools }, findSkill)
const custom = { type: 'custom', skill_id: 's1' }

describe('readContainer', () => {
  it.each([[undefined], [null]])('uses no skills where it is %s', async (value) => {
    expect(await read(value)).toBeNull()
  })

  it('finds each skill, in its latest version unless one is named', async () => {
    const used = await read({ id: 'container_1', skills: [custom, { ...custom, version: '7' }] })
    expect(used?.map(({ version }) => version)).toEqual(['latest', '7'])
  })

  it.each<[unknown, string]>([
    ['container_1', 'container: Code execution containers cannot be run on this server. Name the skills'],
    [{ id: 'container_1' }, 'container: Code execution containers cannot be run'],
    [{ skills: null }, 'container: Code execution containers cannot be run'],
    [{ skills: [] }, 'container: Code execution containers cannot be run'],
    [7, 'container: Input should be a valid dictionary'],
    [{ skills: [custom], more: 1 }, 'container.more: Extra inputs are not permitted'],
    [{ skills: Array(21).fill(custom) }, 'container.skills: List should have at most 20 items'],
    [{ skills: [custom, { ...custom, skill_id: '' }] }, 'container.skills.1.skill_id: String should have'],
    [{ skills: [{ ...custom, type: 'own' }] }, 'container.skills.0.type: Input should be'],
    [
      { skills: [{ ...custom, skill_id: 's2' }] },
      "container.skills.0: skill 's2', version 'latest': not found.",
    ],
    [
      { skills: [{ ...custom, type: 'anthropic', skill_id: 'xlsx', version: '1' }] },
      "container.skills.0: skill 'xlsx', version '1': is not available on this server.",
    ],
    [{ skills: [{ ...custom, skill_id: 'é'.repeat(300) }] }, `skill '${'é'.repeat(200)}', version`],
  ])('refuses %j', async (value, message) => {
    const refused = read(value)
    await expect(refused).rejects.toMatchObject({ code: 'invalid-request' })
    await expect(refused).rejects.toThrow(message)
  })

  it('names no skill of the server that is not in the workspace', async () => {
    const found = read({ skills: [{ ...custom, type: 'anthropic' }] })
    await expect(found).rejects.toThrow('is not available on this server')
  })

  it('refuses any where messages cannot use skills, and ignores any where server tools are ignored', async () => {
    await expect(readContainer({ skills: [custom] }, DEFAULT_API_RULES, undefined)).rejects.toThrow(
      refusal('container: Code execution containers and Skills cannot be run on this server.') as Error,
    )
    expect(await read({ skills: [custom] }, find, true)).toBeNull()
  })
})

it('skillsText holds the name, the description and the instructions of each', () => {
  const text = skillsText([SKILL, { ...SKILL, name: 'm' }])
  expect(text.match(/<skill>/g)).toHaveLength(2)
  expect(text).toContain(
    '<name>m</name>\n<description>d</description>\n<instructions>\nDo it.\n</instructions>',
  )
})

it.each([
  ['code_execution_20250825', true],
  ['code_execution', false],
  ['computer_20250124', false],
])('%s runs code: %s', (type, runs) => {
  expect(runsCode(type)).toBe(runs)
})
