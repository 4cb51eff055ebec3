import { existsSync } from 'node:fs'
import { isAbsolute, join } from 'node:path'
import { EngineLoadError } from '../completion/engine-load-error.ts'
import { chooseGgufFile, describeChoices, isModelPath } from './choose-gguf-file.ts'
import { downloadFile } from './download-file.ts'
import { filesIn, findInHubCache, linkInSnapshot, repositoryFolder, writeCurrentCommit } from './hub-cache.ts'
import { type HubFile, hubHeaders, listRepository } from './hub-client.ts'
import { hubSettings } from './hub-settings.ts'
import { installedModels } from './installed-models.ts'
import { type ModelFolders, modelFolders } from './model-folders.ts'
import { partsOf } from './model-parts.ts'
import { type HubReference, parseModelReference } from './model-reference.ts'
import { findOllamaModel } from './ollama-models.ts'
import type { RetrySettings } from './retry-downloads.ts'

const FIRST_RETRY_DELAY_MS = 1_000

/** How far a download is: the bytes of all files of a model. */
export interface DownloadProgress {
  readonly name: string
  readonly bytes: number
  /** Null where the server does not say it. */
  readonly totalBytes: number | null
}

/** Where models are looked for, and what follows their download. */
export interface LocateOptions {
  readonly environment: Readonly<Record<string, string | undefined>>
  /** Ends a download. */
  readonly signal?: AbortSignal
  readonly onProgress: (progress: DownloadProgress) => void
  /** Whether the hub is asked for a newer version of what is on this machine. */
  readonly isRefresh?: boolean
  /** A second if omitted. */
  readonly firstRetryDelayMs?: number
}

/** A model's file on this machine. */
export interface LocatedModel {
  readonly path: string
  /** Under which name clients know it where its file has none; null: that of its file. */
  readonly id: string | null
}

/** What the parts of a search share. */
interface Search extends LocateOptions {
  readonly folders: ModelFolders
  readonly retries: RetrySettings
}

/**
 * Finds the file of a model by its path or name, and downloads it if it is not on this machine.
 *
 * @param model what `--model` takes
 * @throws EngineLoadError with a message of one line
 */
export async function locateModel(model: string, options: LocateOptions): Promise<LocatedModel> {
  if (isAbsolute(model)) return { path: model, id: null }
  const search: Search = {
    ...options,
    folders: modelFolders(options.environment),
    retries: {
      firstDelayMs: options.firstRetryDelayMs ?? FIRST_RETRY_DELAY_MS,
      signal: options.signal ?? new AbortController().signal,
    },
  }
  const reference = parseModelReference(model)
  if (reference.kind === 'hub') return { path: await locateOnHub(reference, search), id: null }
  if (reference.kind === 'url') return { path: await locateByUrl(reference.url, search), id: null }
  if (reference.kind === 'ollama') {
    const found = findOllamaModel(search.folders.ollama, reference.name, reference.tag)
    if (found !== null) return { path: found.path, id: found.name }
    throw new EngineLoadError(
      `Ollama has no model "${reference.name}:${reference.tag}" in ${search.folders.ollama}: run "ollama pull ${reference.name}:${reference.tag}", or set OLLAMA_MODELS to its folder.`,
    )
  }
  return locateByName(reference.path, search)
}

function locateByName(name: string, { folders }: Search): LocatedModel {
  const wanted = name.replace(/\.gguf$/i, '').toLowerCase()
  const found = installedModels(folders).find((model) => model.name.toLowerCase() === wanted)
  if (found !== undefined) return { path: found.path, id: found.holder === 'Ollama' ? found.name : null }
  throw new EngineLoadError(
    `There is no file ${name} here, and no model of that name on this machine: "continuo models" lists those there are; hf:OWNER/REPO downloads one.`,
  )
}

async function locateOnHub(reference: HubReference, search: Search): Promise<string> {
  const { hub } = search.folders
  const cached =
    search.isRefresh === true ? null : (findInHubCache(hub, reference) ?? findElsewhere(reference, search))
  if (cached !== null) return cached
  const settings = hubSettings(search.environment)
  const { repository } = reference
  if (settings.isOffline) {
    throw new EngineLoadError(
      `hf:${repository} is not on this machine, and HF_HUB_OFFLINE forbids to download it.`,
    )
  }
  const { commit, files } = await listRepository(repository, settings, search.retries)
  const paths = files.map(({ path }) => path)
  const chosen = chooseGgufFile(paths, reference)
  if (chosen === null) {
    const wanted = reference.file ?? reference.quantization ?? 'GGUF file'
    throw new EngineLoadError(`hf:${repository} has no ${wanted}: ${describeChoices(paths)}.`)
  }
  const folder = repositoryFolder(hub, repository)
  const parts = partsOf(chosen).map((path) => {
    const file = files.find((one) => one.path === path)
    if (file === undefined)
      throw new EngineLoadError(`hf:${repository} has no ${path}: a part of the model is missing.`)
    return file
  })
  const base = `${settings.endpoint}/${repository}/resolve/${commit}`
  await downloadParts(
    parts,
    { folder, base, headers: hubHeaders(settings), page: `${settings.endpoint}/${repository}` },
    search,
  )
  for (const { path, oid } of parts)
    await linkInSnapshot(join(folder, 'blobs', oid), join(folder, 'snapshots', commit, path))
  writeCurrentCommit(folder, commit)
  return join(folder, 'snapshots', commit, chosen)
}

/** Where the files of a repository come from and go to. */
interface RepositoryDownload {
  readonly folder: string
  readonly base: string
  readonly headers: Readonly<Record<string, string>>
  readonly page: string
}

async function downloadParts(
  parts: readonly HubFile[],
  { folder, base, headers, page }: RepositoryDownload,
  { retries, onProgress }: Search,
): Promise<void> {
  const totalBytes = parts.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)
  let beforeBytes = 0
  for (const { path, oid, sizeBytes, sha256 } of parts) {
    const blob = join(folder, 'blobs', oid)
    const name = path.split('/').at(-1) ?? path
    const url = `${base}/${path.split('/').map(encodeURIComponent).join('/')}`
    if (!existsSync(blob)) {
      await downloadFile({ name, url, headers, page, path: blob, sizeBytes, sha256 }, retries, ({ bytes }) =>
        onProgress({ name, bytes: beforeBytes + bytes, totalBytes }),
      )
    }
    beforeBytes += sizeBytes
  }
}

/** The same repository in the folders of LM Studio, and of older versions of llama.cpp. */
function findElsewhere(reference: HubReference, { folders }: Search): string | null {
  const [owner = '', repository = ''] = reference.repository.split('/')
  for (const folder of folders.lmStudio) {
    const found = chooseGgufFile(filesIn(join(folder, owner, repository)), reference)
    if (found !== null) return join(folder, owner, repository, found)
  }
  const prefix = `${owner}_${repository}_`
  const names = filesIn(folders.llamaCpp, 1).filter((name) => name.startsWith(prefix) && isModelPath(name))
  const found = chooseGgufFile(
    names.map((name) => name.slice(prefix.length)),
    reference,
  )
  const path = found === null ? null : join(folders.llamaCpp, `${prefix}${found}`)
  return path !== null && partsOf(path).every((part) => existsSync(part)) ? path : null
}

async function locateByUrl(url: URL, { folders, retries, onProgress, isRefresh }: Search): Promise<string> {
  const parts = url.pathname
    .replaceAll('%20', ' ')
    .split('/')
    .filter((part) => part !== '' && part !== '..' && part !== '.')
  const path = join(folders.own, url.host.replace(':', '_'), ...parts)
  if (existsSync(path) && isRefresh !== true) return path
  const name = parts.at(-1) ?? url.host
  const { username, password } = url
  const headers: Record<string, string> =
    username === ''
      ? {}
      : { authorization: `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}` }
  const address = new URL(url)
  address.username = ''
  address.password = ''
  const file = { name, url: address.href, headers, page: null, path, sizeBytes: null, sha256: null }
  await downloadFile(file, retries, (progress) => onProgress({ name, ...progress }))
  return path
}
