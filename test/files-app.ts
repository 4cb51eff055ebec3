import type { KnownKeys } from '../src/accounts/known-keys.ts'
import { ANONYMOUS_CALLER } from '../src/completion/caller.ts'
import type { BlobStore } from '../src/files/blob-store.ts'
import { openBlobs } from '../src/files/open-blobs.ts'
import type { App } from '../src/http/app.ts'
import type { FilesApi } from '../src/http/routes/files/file-routes.ts'
import { newFolderPlace, type TestPlace } from './blob-places.ts'
import type { TestDatabase } from './databases.ts'
import { ScriptedEngine } from './scripted-engine.ts'
import { createScriptedApp, type ScriptedSettings } from './start-scripted-server.ts'

/** Files of a server in a test, whose clock and store the test can change. */
export interface TestFiles {
  readonly files: FilesApi
  readonly clock: { nowMs: number }
  /** The names of everything that is stored, also of what is being received. */
  readonly blobNames: () => string[]
}

/** Opens files on a database. */
export async function openTestFiles(
  database: TestDatabase,
  {
    settings = {},
    newPlace = newFolderPlace,
    wrap = (store) => store,
  }: {
    settings?: Partial<Pick<FilesApi, 'maxTotalBytes' | 'allowDownloads'>>
    newPlace?: () => Promise<TestPlace>
    wrap?: (store: BlobStore) => BlobStore
  } = {},
): Promise<TestFiles> {
  const state = await database.open()
  const place = await newPlace()
  const clock = { nowMs: Date.UTC(2026, 10, 30) }
  const files: FilesApi = {
    state,
    store: wrap(await openBlobs(state, await place.open())),
    nowMs: () => clock.nowMs,
    maxTotalBytes: 1_000_000,
    allowDownloads: true,
    prepare: () => Promise.resolve(),
    ...settings,
  }
  return { files, clock, blobNames: place.names }
}

/** Keys `default` and `other`, each of the workspace with its name. */
const KEYS: KnownKeys = {
  find: (secret) => ({
    kind: 'api',
    isActive: true,
    workspaceId: secret,
    caller: { ...ANONYMOUS_CALLER, apiKeyId: `apikey_${secret}`, keyKind: 'api', workspaceId: secret },
  }),
  workspaceId: (id) => id,
  isMember: () => false,
  shownWorkspaceId: () => null,
}

/** An app with files. */
export function createFilesApp(
  files: FilesApi,
  settings: ScriptedSettings = {},
  engine = new ScriptedEngine({ steps: ['Hi', { ends: 'end-of-generation' }] }),
): App {
  const options = { keys: KEYS, access: 'keys' as const, storedFiles: files, ...settings }
  return createScriptedApp(engine, options).app
}

/** The JSON of a response, and its status. */
// biome-ignore lint/suspicious/noExplicitAny: tests look into JSON of many shapes
export type FileJson = any

/** Sends a request of the Files API. */
export async function callFiles(
  app: App,
  method: string,
  path: string,
  { body, key = 'default', beta = false }: { body?: FormData; key?: string; beta?: boolean } = {},
): Promise<FileJson> {
  const response = await app.fetch(`http://localhost/v1/files${path}`, {
    method,
    headers: {
      'x-api-key': key,
      'anthropic-version': '2023-06-01',
      ...(beta ? { 'anthropic-beta': 'string,files-api-2025-04-14' } : {}),
    },
    ...(body === undefined ? {} : { body }),
  })
  return { status: response.status, ...((await response.json()) as object) }
}

/** A form with a file. */
export function formWith(
  content: string | Uint8Array<ArrayBuffer>,
  name = 'a.txt',
  { type = 'text/plain', fields = {} }: { type?: string; fields?: Record<string, string> } = {},
): FormData {
  const form = new FormData()
  for (const [field, value] of Object.entries(fields)) form.set(field, value)
  form.set('file', new File([content], name, { type }))
  return form
}
