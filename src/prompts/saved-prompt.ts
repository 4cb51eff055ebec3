import type { Kysely } from 'kysely'
import type { Database } from '../state/database.ts'
import { pageCursor, readPage, readPageCursor } from '../state/page.ts'
import type { State } from '../state/state.ts'
import { storableText } from '../state/storable-text.ts'
import type { PromptVersionsTable } from '../state/tables/prompt-versions-table.ts'
import type { PromptsTable } from '../state/tables/prompts-table.ts'
import { randomBase58 } from '../util/base58.ts'
import { PromptError } from './prompt-error.ts'

/** Most prompts of a workspace, and most versions of a prompt. */
export const [MAX_PROMPTS, MAX_VERSIONS] = [10_000, 1_000]

/** What prompts are read from and written to. */
export interface SavedPrompts {
  readonly state: State
  readonly nowMs: () => number
}

/** A prompt that was saved, without its text. */
export interface SavedPrompt
  extends Readonly<Pick<PromptsTable, 'id' | 'name' | 'createdBy' | 'createdAt' | 'updatedAt'>> {
  readonly latestVersion: number
}

/** A version, without its text. */
export type PromptVersion = Readonly<Pick<PromptVersionsTable, 'number' | 'note' | 'createdBy' | 'createdAt'>>

/** What a version is made of. */
export interface NewVersion {
  /** JSON. */
  readonly body: string
  readonly note: string
  readonly createdBy: string | null
}

/** Whose prompt it is, and which. */
export interface PromptPlace {
  readonly workspaceId: string
  readonly id: string
}

/** Which part of a list is asked for. */
export interface PromptPage {
  readonly limit: number
  /** `nextPage` of the page before. */
  readonly page?: string | undefined
}

/** Saves a prompt as its first version. @throws PromptError `too-many-prompts` */
export function createPrompt(
  { state, nowMs }: SavedPrompts,
  workspaceId: string,
  { name, ...version }: NewVersion & { readonly name: string },
): Promise<SavedPrompt> {
  const at = nowMs()
  const id = `prompt_01${randomBase58(22)}`
  const { createdBy } = version
  const prompt = { id, name: storableText(name), createdBy, createdAt: at, updatedAt: at }
  return state.db.transaction().execute(async (db) => {
    const { prompts } = await db
      .selectFrom('prompts')
      .select(({ fn }) => fn.countAll<number>().as('prompts'))
      .where('workspaceId', '=', workspaceId)
      .executeTakeFirstOrThrow()
    if (prompts >= MAX_PROMPTS) throw PromptError.tooMany('prompts', MAX_PROMPTS)
    await db
      .insertInto('prompts')
      .values({ ...prompt, workspaceId })
      .execute()
    await insertVersion(db, id, 1, version, at)
    return { ...prompt, latestVersion: 1 }
  })
}

/** Saves a further version. @throws PromptError `prompt-not-found`, `too-many-prompts` */
export function addVersion(
  { state, nowMs }: SavedPrompts,
  place: PromptPlace,
  version: NewVersion,
): Promise<PromptVersion> {
  const at = nowMs()
  return state.db.transaction().execute(async (db) => {
    // Others who add a version wait here.
    await touch(db, place, { updatedAt: at })
    const number = (await latestVersionOf(db, place.id)) + 1
    if (number > MAX_VERSIONS) throw PromptError.tooMany('versions of this prompt', MAX_VERSIONS)
    return insertVersion(db, place.id, number, version, at)
  })
}

/** @throws PromptError `prompt-not-found` */
export function renamePrompt(
  { state, nowMs }: SavedPrompts,
  place: PromptPlace,
  name: string,
): Promise<SavedPrompt> {
  return state.db.transaction().execute(async (db) => {
    await touch(db, place, { name: storableText(name), updatedAt: nowMs() })
    return findPrompt(db, place)
  })
}

/** Deletes a prompt with all its versions. @throws PromptError `prompt-not-found` */
export function deletePrompt({ state }: SavedPrompts, { workspaceId, id }: PromptPlace): Promise<void> {
  return state.db.transaction().execute(async (db) => {
    const { numDeletedRows } = await db
      .deleteFrom('prompts')
      .where('id', '=', storableText(id))
      .where('workspaceId', '=', workspaceId)
      .executeTakeFirstOrThrow()
    if (numDeletedRows === 0n) throw PromptError.notFound(id)
    await db.deleteFrom('promptVersions').where('promptId', '=', storableText(id)).execute()
  })
}

/** @throws PromptError `prompt-not-found` */
export function readPrompt({ state: { db } }: SavedPrompts, place: PromptPlace): Promise<SavedPrompt> {
  return findPrompt(db, place)
}

/** One page of a workspace's prompts, those first that changed last. @throws PromptError `cursor-invalid` */
export async function listPrompts(
  { state: { db } }: SavedPrompts,
  workspaceId: string,
  { limit, page }: PromptPage,
): Promise<{ readonly rows: readonly SavedPrompt[]; readonly nextPage: string | null }> {
  const place = page === undefined ? undefined : readPageCursor(page)
  if (page !== undefined && place === undefined) throw PromptError.badCursor()
  const columns = { at: 'prompts.updatedAt', id: 'prompts.id', placeOf: async () => place }
  const { rows, hasMore } = await readPage(promptsOf(db, workspaceId), columns, { limit, afterId: page })
  const last = rows.at(-1)
  const nextPage = hasMore && last !== undefined ? pageCursor({ at: last.updatedAt, id: last.id }) : null
  return { rows, nextPage }
}

/** The versions of a prompt, the newest first. @throws PromptError `prompt-not-found` */
export async function listVersions(
  { state: { db } }: SavedPrompts,
  place: PromptPlace,
): Promise<readonly PromptVersion[]> {
  await findPrompt(db, place)
  return db
    .selectFrom('promptVersions')
    .select(['number', 'note', 'createdBy', 'createdAt'])
    .where('promptId', '=', storableText(place.id))
    .orderBy('number', 'desc')
    .limit(MAX_VERSIONS)
    .execute()
}

/** A version with its text. @throws PromptError `prompt-not-found` */
export async function readVersion(
  { state: { db } }: SavedPrompts,
  place: PromptPlace,
  number: number,
): Promise<PromptVersion & { readonly body: string }> {
  await findPrompt(db, place)
  const version = await db
    .selectFrom('promptVersions')
    .select(['number', 'note', 'createdBy', 'createdAt', 'body'])
    .where('promptId', '=', storableText(place.id))
    .where('number', '=', number)
    .executeTakeFirst()
  if (version === undefined) throw PromptError.versionNotFound(place.id, number)
  return version
}

function promptsOf(db: Kysely<Database>, workspaceId: string) {
  return db
    .selectFrom('prompts')
    .select(({ selectFrom }) => [
      'prompts.id',
      'prompts.name',
      'prompts.createdBy',
      'prompts.createdAt',
      'prompts.updatedAt',
      selectFrom('promptVersions')
        .select(({ fn }) => fn.max('number').as('latest'))
        .whereRef('promptVersions.promptId', '=', 'prompts.id')
        .$castTo<{ latest: number }>()
        .as('latestVersion'),
    ])
    .where('prompts.workspaceId', '=', workspaceId)
    .$castTo<SavedPrompt>()
}

async function findPrompt(db: Kysely<Database>, { workspaceId, id }: PromptPlace): Promise<SavedPrompt> {
  const prompt = await promptsOf(db, workspaceId)
    .where('prompts.id', '=', storableText(id))
    .executeTakeFirst()
  if (prompt === undefined) throw PromptError.notFound(id)
  return prompt
}

async function touch(
  db: Kysely<Database>,
  { workspaceId, id }: PromptPlace,
  change: { readonly updatedAt: number; readonly name?: string },
): Promise<void> {
  const { numUpdatedRows } = await db
    .updateTable('prompts')
    .set(change)
    .where('id', '=', storableText(id))
    .where('workspaceId', '=', workspaceId)
    .executeTakeFirstOrThrow()
  if (numUpdatedRows === 0n) throw PromptError.notFound(id)
}

async function latestVersionOf(db: Kysely<Database>, id: string): Promise<number> {
  const { latest } = await db
    .selectFrom('promptVersions')
    .select(({ fn }) => fn.max('number').as('latest'))
    .where('promptId', '=', storableText(id))
    .executeTakeFirstOrThrow()
  return Number(latest ?? 0)
}

async function insertVersion(
  db: Kysely<Database>,
  promptId: string,
  number: number,
  { body, note, createdBy }: NewVersion,
  createdAt: number,
): Promise<PromptVersion> {
  const version = { number, note: storableText(note), createdBy, createdAt }
  await db
    .insertInto('promptVersions')
    .values({ ...version, promptId: storableText(promptId), body: storableText(body) })
    .execute()
  return version
}
