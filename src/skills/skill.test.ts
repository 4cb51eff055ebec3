import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { describeOnDatabases, newFolder, type TestDatabase } from '../../test/databases.ts'
import { folderPlace } from '../files/folder-place.ts'
import { openBlobs } from '../files/open-blobs.ts'
import { readStoredBytes } from '../files/stored-bytes.ts'
import { deleteSkill, hasSkillNamed, listSkills, readSkill, type Skills } from './skill.ts'
import { unpackArchive } from './skill-archive.ts'
import { checkSkillFiles } from './skill-files.ts'
import {
  deleteSkillVersion,
  LATEST,
  listSkillVersions,
  readSkillInstructions,
  readSkillVersion,
} from './skill-version.ts'
import { SkillStorageFull, storeSkill, storeSkillVersion } from './store-skill.ts'

const FIRST_PAGE = { limit: 20, page: undefined, acceptsAnyCursor: false }

async function open(database: TestDatabase, maxTotalBytes = 1_000_000) {
  const state = await database.open()
  const folder = join(await newFolder(), 'files')
  const clock = { nowMs: Date.UTC(2026, 10, 30) }
  const store = await openBlobs(state, folderPlace(folder))
  const skills: Skills = { state, store, nowMs: () => clock.nowMs, maxTotalBytes }
  const filesOf = (text: string, name = 'my-skill') =>
    checkSkillFiles([
      {
        path: 'SKILL.md',
        bytes: Buffer.from(`---\nname: ${name}\ndescription: Does ${text}.\n---\nDo ${text}.`),
      },
    ])
  const create = (text = 'it', displayName = 'Mine', workspaceId = 'default') =>
    storeSkill(skills, { workspaceId, displayName }, filesOf(text))
  const addVersion = (skillId: string, text: string, name?: string) =>
    storeSkillVersion(skills, { workspaceId: 'default', skillId, name: 'my-skill' }, filesOf(text, name))
  const blobCount = () =>
    readdirSync(folder, { recursive: true, withFileTypes: true }).filter(
      (entry) => entry.isFile() && entry.name !== 'folder-id',
    ).length
  return { state, skills, clock, create, addVersion, blobCount }
}

describeOnDatabases('skills', (database) => {
  it('are stored whole, with their first version, which messages can use', async () => {
    const { skills, create } = await open(database)
    const id = await create('this')
    const skill = await readSkill(skills, 'default', id)
    expect(skill).toMatchObject({ id, name: 'my-skill', displayName: 'Mine' })
    const version = await readSkillVersion(skills, 'default', id, LATEST)
    expect(version).toMatchObject({
      id: skill?.latestVersionId,
      version: skill?.latestVersion,
      ...{ skillId: id, name: 'my-skill', description: 'Does this.', directory: 'my-skill' },
    })
    for (const key of [version?.id ?? '', version?.version ?? '', LATEST]) {
      expect(await readSkillInstructions(skills, 'default', id, key)).toMatchObject({
        id: version?.id,
        instructions: 'Do this.',
      })
    }
    const blob = await skills.store.open(version?.blobId ?? '')
    const files = await unpackArchive(await blob.read())
    await blob.close()
    expect(files.map(({ path }) => path)).toEqual(['my-skill/SKILL.md'])
    expect(await readStoredBytes(skills.state.db)).toBe(version?.sizeBytes)
  })

  it('belong to one workspace', async () => {
    const { skills, create } = await open(database)
    const id = await create()
    expect(await readSkill(skills, 'other', id)).toBeUndefined()
    expect(await readSkillVersion(skills, 'other', id, LATEST)).toBeUndefined()
    expect(await readSkillInstructions(skills, 'other', id, LATEST)).toBeUndefined()
    expect(await listSkillVersions(skills, 'other', id, FIRST_PAGE)).toBeUndefined()
    expect(await deleteSkill(skills, 'other', id, { needsNoVersions: false })).toBe('not-found')
    const version = { workspaceId: 'other', skillId: id, version: LATEST }
    expect(await deleteSkillVersion(skills, version, { keepsLast: false })).toBe('not-found')
    expect((await listSkills(skills, 'other', FIRST_PAGE)).rows).toEqual([])
    expect(await hasSkillNamed(skills, 'other', 'Mine')).toBe(false)
    expect(await hasSkillNamed(skills, 'default', 'Mine')).toBe(true)
    expect((await readSkill(skills, 'default', id))?.latestVersion).not.toBeNull()
  })

  it('are listed page by page, the newest first', async () => {
    const { skills, clock, create } = await open(database)
    const ids: string[] = []
    for (let n = 0; n < 5; n++) {
      clock.nowMs += n % 2
      ids.unshift(await create(`${n}`))
    }
    const found: string[] = []
    let page: string | undefined
    do {
      const listed = await listSkills(skills, 'default', { ...FIRST_PAGE, limit: 2, page })
      found.push(...listed.rows.map(({ id }) => id))
      page = listed.nextPage ?? undefined
    } while (page !== undefined)
    expect(found).toHaveLength(5)
    expect(found.toSorted()).toEqual(ids.toSorted())
    const unknown = { ...FIRST_PAGE, page: 'page' }
    await expect(listSkills(skills, 'default', unknown)).rejects.toThrow('not a valid cursor')
    const first = await listSkills(skills, 'default', { ...unknown, acceptsAnyCursor: true })
    expect(first.rows).toHaveLength(5)
  })

  it('get versions of one name, of which the newest is found', async () => {
    const { skills, create, addVersion } = await open(database)
    const id = await create('one')
    const second = await addVersion(id, 'two')
    const third = await addVersion(id, 'three')
    expect((await readSkill(skills, 'default', id))?.latestVersionId).toBe(third?.id)
    const listed = await listSkillVersions(skills, 'default', id, FIRST_PAGE)
    expect(listed?.rows.map(({ description }) => description)).toEqual([
      'Does three.',
      'Does two.',
      'Does one.',
    ])
    const numbers = listed?.rows.map(({ version }) => Number(version)) ?? []
    expect(numbers).toEqual(numbers.toSorted((a, b) => b - a))
    await expect(addVersion(id, 'four', 'other-skill')).rejects.toThrow('has the name "my-skill"')
    expect(await addVersion('skill_none', 'x')).toBeUndefined()
    const key = { workspaceId: 'default', skillId: id, version: third?.id ?? '' }
    expect(await deleteSkillVersion(skills, key, { keepsLast: true })).toMatchObject({ id: third?.id })
    expect((await readSkill(skills, 'default', id))?.latestVersionId).toBe(second?.id)
    expect(await deleteSkillVersion(skills, key, { keepsLast: true })).toBe('not-found')
  })

  it('keep their last version, or are left without one in the beta', async () => {
    const { skills, create } = await open(database)
    const id = await create()
    const latest = { workspaceId: 'default', skillId: id, version: LATEST }
    expect(await deleteSkillVersion(skills, latest, { keepsLast: true })).toBe('last')
    expect(await deleteSkill(skills, 'default', id, { needsNoVersions: true })).toBe('has-versions')
    expect(await deleteSkillVersion(skills, latest, { keepsLast: false })).toMatchObject({ skillId: id })
    expect(await readSkill(skills, 'default', id)).toMatchObject({ latestVersionId: '', latestVersion: null })
    expect(await deleteSkill(skills, 'default', id, { needsNoVersions: true })).toBe('deleted')
    expect(await readSkill(skills, 'default', id)).toBeUndefined()
  })

  it('are deleted with all that they took', async () => {
    const { skills, create, addVersion, blobCount } = await open(database)
    const [id, same] = [await create('one'), await create('one')]
    await addVersion(id, 'two')
    expect(blobCount()).toBe(2)
    expect(await deleteSkill(skills, 'default', id, { needsNoVersions: false })).toBe('deleted')
    // The other skill has the same first version.
    expect(blobCount()).toBe(1)
    expect(await deleteSkill(skills, 'default', same, { needsNoVersions: false })).toBe('deleted')
    expect(blobCount()).toBe(0)
    expect(await readStoredBytes(skills.state.db)).toBe(0)
    expect(await deleteSkill(skills, 'default', id, { needsNoVersions: false })).toBe('not-found')
  })

  it('leave nothing where there is no room for them', async () => {
    const { state, skills, create } = await open(database, 100)
    await expect(create()).rejects.toBeInstanceOf(SkillStorageFull)
    expect((await listSkills(skills, 'default', FIRST_PAGE)).rows).toEqual([])
    expect(await state.db.selectFrom('skillVersions').select('id').execute()).toEqual([])
    expect(await readStoredBytes(state.db)).toBe(0)
  })

  it('get all versions that are added at once, each with a number of its own', async () => {
    const { skills, create, addVersion } = await open(database)
    const id = await create('0')
    const added = await Promise.all(['1', '2', '3', '4', '5'].map((text) => addVersion(id, text)))
    expect(new Set(added.map((version) => version?.version)).size).toBe(5)
    const listed = await listSkillVersions(skills, 'default', id, FIRST_PAGE)
    expect(listed?.rows).toHaveLength(6)
    expect((await readSkill(skills, 'default', id))?.latestVersionId).toBe(listed?.rows[0]?.id)
  })
})
