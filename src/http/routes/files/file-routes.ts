import {
  deleteFile,
  type Files,
  findFiles,
  hasExpired,
  listFiles,
  listFilesByCursor,
  readFile,
  type StoredFile,
} from '../../../files/file.ts'
import { listBody } from '../../../wire/admin/list-body.ts'
import { ApiError } from '../../../wire/api-error.ts'
import type { ApiRules } from '../../../wire/api-rules.ts'
import { type FileBodyOptions, fileBody, fileDeletedBody } from '../../../wire/files/file-body.ts'
import { readBetaFileListParams, readFileListParams } from '../../../wire/files/file-list-params.ts'
import { type ApiResponse, jsonResponse } from '../../api-response.ts'
import { describedStateError } from '../../described-state-error.ts'
import { readApiHeaders } from '../../read-api-headers.ts'
import type { RoutedRequest } from '../../request-context.ts'
import type { Route } from '../../route.ts'
import { BlobBody } from './blob-body.ts'
import { fileExpired, fileNotFound } from './file-errors.ts'
import { uploadFile } from './upload-file.ts'

/** Files, as routes need them. */
export interface FilesApi extends Files {
  /** Whether uploaded files can be downloaded. */
  readonly allowDownloads: boolean
  /** Called before each request. */
  readonly prepare: () => Promise<void>
}

type Rules = Pick<ApiRules, 'refuseUnknownBetas' | 'lenientPaging'>

const FILES = '/v1/files'
const FILE = `${FILES}/:fileId`
/** Its clients expect the older shape; those without it, in either namespace, expect the current one. */
const FILES_BETA = 'files-api-2025-04-14'
/** A page of this server must not run what someone uploaded. */
const DOWNLOAD_HEADERS = { 'x-content-type-options': 'nosniff', 'content-security-policy': 'sandbox' }

/** The Files API. */
export function fileRoutes(
  files: FilesApi,
  rules: Rules,
): readonly Pick<Route, 'method' | 'pattern' | 'handler'>[] {
  type Respond = (context: RoutedRequest, options: FileBodyOptions) => Promise<ApiResponse>
  const route = (method: Route['method'], pattern: string, respond: Respond) => ({
    method,
    pattern,
    async handler(context: RoutedRequest) {
      const { betas } = readApiHeaders(context.request.headers, rules)
      const shape = betas.has(FILES_BETA) ? 'beta' : 'current'
      try {
        await files.prepare()
        return await respond(context, { shape, allowDownloads: files.allowDownloads })
      } catch (error) {
        throw describedStateError(error)
      }
    },
  })
  const find = async ({ caller, params: { fileId = '' } }: RoutedRequest): Promise<StoredFile> => {
    const file = await readFile(files, caller.workspaceId, fileId)
    if (file === undefined) throw fileNotFound(fileId)
    return file
  }
  return [
    route('POST', FILES, async (context, options) =>
      jsonResponse(fileBody(await uploadFile(context, files), options)),
    ),
    route('GET', FILES, async (context, options) =>
      jsonResponse(await fileListBody(context, files, options, rules)),
    ),
    route('GET', FILE, async (context, options) => jsonResponse(fileBody(await find(context), options))),
    route('GET', `${FILE}/content`, async (context) => contentResponse(await find(context), files)),
    route('DELETE', FILE, async ({ caller, params: { fileId = '' } }) => {
      if (await deleteFile(files, caller.workspaceId, fileId)) return jsonResponse(fileDeletedBody(fileId))
      throw fileNotFound(fileId)
    }),
  ]
}

async function fileListBody(
  { caller: { workspaceId }, request }: RoutedRequest,
  files: FilesApi,
  options: FileBodyOptions,
  { lenientPaging }: Rules,
): Promise<object> {
  const query = new URLSearchParams(request.query)
  const format = { body: (file: StoredFile) => fileBody(file, options), idOf: ({ id }: StoredFile) => id }
  if (options.shape === 'beta')
    return listBody(await listFiles(files, workspaceId, readBetaFileListParams(query)), format)
  const params = readFileListParams(query)
  if (params.type === 'ids') {
    const rows = await findFiles(files, workspaceId, params.ids)
    return { ...listBody({ rows, hasMore: false }, format), next_page: null }
  }
  const found = await listFilesByCursor(files, workspaceId, { ...params, acceptsAnyCursor: lenientPaging })
  return { ...listBody(found, format), next_page: found.nextPage }
}

async function contentResponse(file: StoredFile, files: FilesApi): Promise<ApiResponse> {
  if (!files.allowDownloads && file.isDownloadable === 0) {
    throw new ApiError(
      'file-not-downloadable',
      `File \`${file.id}\` is not downloadable: it was uploaded. The setting files.allowDownloads makes uploaded files downloadable.`,
    )
  }
  if (hasExpired(file, files)) throw fileExpired(file.id)
  return {
    status: 200,
    headers: {
      'content-type': file.mimeType,
      'content-disposition': `attachment; filename*=UTF-8''${encodeName(file.filename)}`,
      ...DOWNLOAD_HEADERS,
    },
    body: new BlobBody(await files.store.open(file.sha256)),
  }
}

/** As RFC 8187 says. */
function encodeName(filename: string): string {
  return encodeURIComponent(filename).replace(
    /['()*!]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  )
}
