import {
  type Batches,
  cancelBatch,
  deleteBatch,
  listBatches,
  type MessageBatch,
  readBatch,
} from '../../../batches/message-batch.ts'
import { NewBatch, type NewBatchOptions } from '../../../batches/new-batch.ts'
import { listBody } from '../../../wire/admin/list-body.ts'
import { ApiError } from '../../../wire/api-error.ts'
import type { ApiRules } from '../../../wire/api-rules.ts'
import { batchBody, batchDeletedBody } from '../../../wire/batches/batch-body.ts'
import { readBatchListParams } from '../../../wire/batches/batch-list-params.ts'
import { REMAINING_HEADER } from '../../../wire/batches/batch-progress.ts'
import { invalidRequest } from '../../../wire/body-schema.ts'
import { type ApiResponse, jsonResponse } from '../../api-response.ts'
import { describedStateError } from '../../described-state-error.ts'
import { readApiHeaders } from '../../read-api-headers.ts'
import type { RoutedRequest } from '../../request-context.ts'
import type { HeldMemory } from '../../request-memory.ts'
import type { Handler, Route } from '../../route.ts'
import { readBatchBody } from './read-batch-body.ts'
import { ResultsBody } from './results-body.ts'

/** Message batches, as routes need them. */
export interface BatchesApi extends Batches {
  /** Called when there is a new batch. */
  readonly onCreated: () => void
  /** Called before each request. */
  readonly prepare: () => Promise<void>
}

const BATCHES = '/v1/messages/batches'
const BATCH = `${BATCHES}/:batchId`
type BatchPath = NonNullable<NewBatchOptions['path']>
/** Batches of text completions, which the real API does not have. They are read as the others are. */
const COMPLETION_BATCHES = [
  ['/continuo/complete/batches', '/v1/complete'],
  ['/continuo/completions/batches', '/v1/completions'],
] as const satisfies readonly (readonly [string, BatchPath])[]
/** How much of an id an error repeats. */
const MAX_NAMED_ID_UNITS = 200

/** The Message Batches API. */
export function messageBatchRoutes(
  batches: BatchesApi,
  rules: Pick<ApiRules, 'refuseUnknownBetas'>,
): readonly Pick<Route, 'method' | 'pattern' | 'handler'>[] {
  const route = (method: Route['method'], pattern: string, respond: Handler) => ({
    method,
    pattern,
    async handler(context: RoutedRequest) {
      readApiHeaders(context.request.headers, rules)
      try {
        await batches.prepare()
        return await respond(context)
      } catch (error) {
        throw describedStateError(error)
      }
    },
  })
  const find = async ({ caller, params: { batchId = '' } }: RoutedRequest): Promise<MessageBatch> => {
    const batch = await readBatch(batches, caller.workspaceId, batchId)
    if (batch === undefined) throw notFound(batchId)
    return batch
  }
  return [
    route('POST', BATCHES, (context) => createBatch(context, batches, rules, '/v1/messages')),
    ...COMPLETION_BATCHES.map(([pattern, path]) =>
      route('POST', pattern, (context) => createBatch(context, batches, rules, path)),
    ),
    route('GET', BATCHES, async ({ caller, request }) => {
      const page = readBatchListParams(new URLSearchParams(request.query))
      const found = await listBatches(batches, caller.workspaceId, page)
      return jsonResponse(listBody(found, { body: batchBody, idOf: ({ id }) => id }))
    }),
    route('GET', BATCH, async (context) => {
      const batch = await find(context)
      const response = jsonResponse(batchBody(batch))
      return { ...response, headers: { ...response.headers, [REMAINING_HEADER]: String(batch.remaining) } }
    }),
    route('POST', `${BATCH}/cancel`, async ({ caller, params: { batchId = '' } }) => {
      const batch = await cancelBatch(batches, caller.workspaceId, batchId)
      if (batch === undefined) throw notFound(batchId)
      return jsonResponse(batchBody(batch))
    }),
    route('DELETE', BATCH, async (context) => {
      const { id } = await find(context)
      if (await deleteBatch(batches, context.caller.workspaceId, id))
        return jsonResponse(batchDeletedBody(id))
      throw invalidRequest(`Message batch ${id} is still processing. Cancel it first.`)
    }),
    route('GET', `${BATCH}/results`, async (context) =>
      resultsResponse(await find(context), batches, context.memory),
    ),
  ]
}

async function createBatch(
  context: RoutedRequest,
  batches: BatchesApi,
  rules: Pick<ApiRules, 'refuseUnknownBetas'>,
  path: BatchPath,
): Promise<ApiResponse> {
  const { version, betas } = readApiHeaders(context.request.headers, rules)
  const { caller } = context
  const batch = new NewBatch(batches, { caller, version, path, betas: [...betas].join(',') })
  try {
    await readBatchBody(context, (request) => batch.add(request))
    const created = await batch.finish()
    batches.onCreated()
    return jsonResponse(batchBody(created))
  } catch (error) {
    await batch.abandon()
    throw error
  }
}

function resultsResponse(
  { id, state, archivedAt }: MessageBatch,
  batches: Batches,
  memory: HeldMemory,
): ApiResponse {
  if (archivedAt !== null) {
    throw new ApiError('batch-not-found', `The results of message batch ${id} are no longer kept.`)
  }
  if (state !== 'ended') {
    throw invalidRequest(`Message batch ${id} is still processing: it has results once it has ended.`)
  }
  return {
    status: 200,
    headers: { 'content-type': 'application/x-jsonl' },
    body: new ResultsBody(batches, id, memory),
  }
}

function notFound(id: string): ApiError {
  return new ApiError('batch-not-found', `Message batch ${id.slice(0, MAX_NAMED_ID_UNITS)} not found.`)
}
