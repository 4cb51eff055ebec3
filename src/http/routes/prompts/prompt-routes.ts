import type { Caller } from '../../../completion/caller.ts'
import { PromptError } from '../../../prompts/prompt-error.ts'
import {
  addVersion,
  createPrompt,
  deletePrompt,
  listPrompts,
  listVersions,
  type PromptPlace,
  readPrompt,
  readVersion,
  renamePrompt,
  type SavedPrompts,
} from '../../../prompts/saved-prompt.ts'
import { encodeJson } from '../../../util/encode-json.ts'
import { cursorListBody } from '../../../wire/admin/list-body.ts'
import { ApiError } from '../../../wire/api-error.ts'
import { invalidRequest } from '../../../wire/body-schema.ts'
import { readPageLimit } from '../../../wire/page-limit.ts'
import { promptBody, promptDeletedBody, promptVersionBody } from '../../../wire/prompts/prompt-body.ts'
import {
  parseNewPrompt,
  parseNewVersion,
  parsePromptName,
  parseVersionNumber,
} from '../../../wire/prompts/prompt-params.ts'
import { type ApiResponse, encodedJsonResponse, jsonResponse } from '../../api-response.ts'
import { describedStateError } from '../../described-state-error.ts'
import { readJsonBody } from '../../read-json-body.ts'
import type { RoutedRequest } from '../../request-context.ts'
import type { Handler, Route } from '../../route.ts'

/** The largest body of a version, as JSON: a prompt with a picture or two. */
const MAX_PROMPT_BYTES = 4 * 1024 * 1024

const PROMPTS = '/continuo/prompts'
const PROMPT = `${PROMPTS}/:promptId`
const VERSIONS = `${PROMPT}/versions`

type PromptRoute = Pick<Route, 'method' | 'pattern' | 'handler'>

/** The prompts that the workbench saves, with their versions. Each belongs to a workspace. */
export function promptRoutes(prompts: SavedPrompts): readonly PromptRoute[] {
  return [
    route('GET', PROMPTS, async ({ caller: { workspaceId }, request }) => {
      const query = new URLSearchParams(request.query)
      const asked = { limit: readPageLimit(query), page: query.get('page') ?? undefined }
      return jsonResponse(cursorListBody(await listPrompts(prompts, workspaceId, asked), promptBody))
    }),
    route('POST', PROMPTS, async (context) => {
      const { name, note, body } = parseNewPrompt(await readJsonBody(context))
      const { caller } = context
      const asked = { name, note, createdBy: creatorOf(caller), body: await encodedBody(body, context) }
      return jsonResponse(promptBody(await createPrompt(prompts, caller.workspaceId, asked)))
    }),
    route('GET', PROMPT, async (context) => {
      const prompt = await readPrompt(prompts, placeOf(context))
      const { body } = await readVersion(prompts, placeOf(context), prompt.latestVersion)
      return withText(promptBody(prompt), body, context)
    }),
    route('POST', PROMPT, async (context) => {
      const name = parsePromptName(await readJsonBody(context))
      return jsonResponse(promptBody(await renamePrompt(prompts, placeOf(context), name)))
    }),
    route('DELETE', PROMPT, async (context) => {
      await deletePrompt(prompts, placeOf(context))
      return jsonResponse(promptDeletedBody(placeOf(context).id))
    }),
    route('GET', VERSIONS, async (context) => {
      const rows = await listVersions(prompts, placeOf(context))
      return jsonResponse(cursorListBody({ rows, nextPage: null }, promptVersionBody))
    }),
    route('POST', VERSIONS, async (context) => {
      const { note, body } = parseNewVersion(await readJsonBody(context))
      const createdBy = creatorOf(context.caller)
      const asked = { note, createdBy, body: await encodedBody(body, context) }
      return jsonResponse(promptVersionBody(await addVersion(prompts, placeOf(context), asked)))
    }),
    route('GET', `${VERSIONS}/:version`, async (context) => {
      const number = parseVersionNumber(context.params.version ?? '')
      const { body, ...version } = await readVersion(prompts, placeOf(context), number)
      return withText(promptVersionBody(version), body, context)
    }),
  ]
}

function route(method: Route['method'], pattern: string, respond: Handler): PromptRoute {
  return {
    method,
    pattern,
    async handler(context) {
      try {
        return await respond(context)
      } catch (error) {
        throw describedPromptError(error)
      }
    },
  }
}

function describedPromptError(error: unknown): unknown {
  if (!(error instanceof PromptError)) return describedStateError(error)
  return error.code === 'prompt-not-found'
    ? new ApiError('prompt-not-found', error.message)
    : invalidRequest(error.message)
}

function placeOf({ caller, params: { promptId = '' } }: RoutedRequest): PromptPlace {
  return { workspaceId: caller.workspaceId, id: promptId }
}

/** The user, or the key. */
function creatorOf({ actorId, apiKeyId }: Caller): string | null {
  return actorId === '' ? apiKeyId : actorId
}

async function encodedBody(body: object, { slices }: RoutedRequest): Promise<string> {
  const json = await encodeJson(body, slices)
  const text = typeof json === 'string' ? json : Buffer.from(json).toString()
  if (Buffer.byteLength(text) <= MAX_PROMPT_BYTES) return text
  throw invalidRequest(`body: a saved prompt has at most ${MAX_PROMPT_BYTES} bytes as JSON`)
}

/** The text is JSON already. */
function withText(about: object, json: string, { memory }: RoutedRequest): ApiResponse {
  const text = `${JSON.stringify(about).slice(0, -1)},"body":${json}}`
  memory.hold(text.length)
  return encodedJsonResponse(text)
}
